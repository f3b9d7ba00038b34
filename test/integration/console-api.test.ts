/** The served console under questions that schemathesis makes up from its OpenAPI document, and its headers and sign-in as served. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExperimentConfig } from '@queryloop/contracts';
import { openStore } from '@queryloop/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pythonTools } from '../../infra/python/install.ts';
import { type ServedConsole, serveConsole } from '../console/server.ts';

const buildTimeoutMs = 10 * 60_000;

describe('schemathesis', () => {
  let served: ServedConsole;
  beforeAll(async () => {
    served = await serveConsole({ temporal: true, environment: () => ({ QUERYLOOP_AUTH: '' }), prepare });
  }, buildTimeoutMs);
  afterAll(async () => await served?.stop());

  test('finds no fault of the server, and nothing that the document does not say', async () => {
    const { bin } = await pythonTools();
    const { code, said } = await runProgram(
      join(bin, 'schemathesis'),
      [
        ['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
        ['run', `${served.url}/api/v1/openapi.json`],
        ['--header', 'x-queryloop-request: 1'],
        ['--phases', 'examples,coverage,fuzzing'],
        ['--max-examples', '5', '--max-time', '150', '--seed', '1', '--request-timeout', '30'],
        ['--checks', checks.join(',')],
        ['--suppress-health-check', 'all', '--continue-on-failure', '--warnings', 'off', '--no-color'],
        // An endless stream; a process of its own for each; what waits for a worker, which is not there.
        ['--exclude-path', '/api/v1/live', '--exclude-operation-id', 'exportRun'],
        ['--exclude-operation-id', 'resumeRun', '--exclude-operation-id', 'resumeSweep'],
      ].flat(),
    );
    expect(code, said.slice(-8_000)).toBe(0);
    expect(said).toMatch(/Tested: [3-9]\d|Tested: \d{3}/);
    expect(readFileSync(join(served.home, 'logs', 'console.log'), 'utf8')).not.toContain('⨯');
  }, 240_000);
});

describe('sign-in as it is served', () => {
  const token = 'a-token-for-tests';
  let served: ServedConsole;
  beforeAll(async () => {
    const sha256 = createHash('sha256').update(token).digest('hex');
    served = await serveConsole({
      environment: (home) => ({ QUERYLOOP_AUTH: `tokens:${join(home, 'tokens.yaml')}` }),
      prepare: async (home) =>
        writeFileSync(join(home, 'tokens.yaml'), `- {name: ann, role: viewer, sha256: ${sha256}}\n`),
    });
  }, buildTimeoutMs);
  afterAll(async () => await served?.stop());

  test('pages send strangers to the sign-in page, and back to where they wanted to go', async () => {
    const answer = await fetch(`${served.url}/runs?status=running`, { redirect: 'manual' });
    const location = new URL(answer.headers.get('location') ?? '', served.url);
    expect([answer.status, location.pathname, location.searchParams.get('to')]).toEqual([
      307,
      '/sign-in',
      '/runs?status=running',
    ]);
    expect(location.origin).toBe(served.url);
    const page = await (await fetch(location)).text();
    expect(page).toContain('name="token"');
  });

  test('programs are told to send a token, and served with one', async () => {
    for (const path of ['/api/v1/state', '/metrics', '/api/2.0/mlflow/experiments/search'])
      expect([path, (await fetch(served.url + path)).status]).toEqual([path, 401]);
    const headers = { authorization: `Bearer ${token}` };
    expect(await (await fetch(`${served.url}/api/v1/state`, { headers })).json()).toMatchObject({
      user: 'ann',
      role: 'viewer',
    });
    expect((await fetch(`${served.url}/runs`, { headers })).status).toBe(200);
  });

  test('every script of a page carries the nonce of its policy, a new one each time', async () => {
    const load = async () => {
      const answer = await fetch(`${served.url}/sign-in`);
      const [, nonce] = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '') ?? [];
      return { answer, nonce, page: await answer.text() };
    };
    const { answer, nonce, page } = await load();
    const scripts = page.match(/<script\b[^>]*>/g) ?? [];
    expect(scripts.length).toBeGreaterThan(0);
    for (const script of scripts) expect(script).toContain(`nonce="${nonce}"`);
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe-eval');
    expect(answer.headers.get('x-frame-options')).toBe('DENY');
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect((await load()).nonce).not.toBe(nonce);
  });

  test('neither the token nor its hash stands in a page, a cookie or the log', async () => {
    const answer = await fetch(`${served.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-queryloop-request': '1' },
      body: JSON.stringify({ token }),
    });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const page = await fetch(`${served.url}/runs`, { headers: { cookie } });
    expect(page.status).toBe(200);
    const hash = createHash('sha256').update(token).digest('hex');
    const log = readFileSync(join(served.home, 'logs', 'console.log'), 'utf8');
    for (const text of [await page.text(), cookie, log])
      for (const secret of [token, hash]) expect(text).not.toContain(secret);
  });
});

const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'negative_data_rejection',
  'unsupported_method',
];

/** A run with scores, so that reads have something to answer. */
async function prepare(home: string): Promise<void> {
  const store = await openStore({ folder: home });
  await store.runs.create({ id: 'tested-1', config: ExperimentConfig.parse({ name: 'tested' }) });
  for (let update = 1; update <= 20; update++)
    await store.metrics.record('tested-1', update, { reward: update / 20, 'dev/accuracy': update / 40 });
  await store.notes.tag('tested-1', 'paper');
  await store.close();
}

async function runProgram(program: string, args: readonly string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, said };
}
