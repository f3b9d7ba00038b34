/** `queryloop pull` from a server of the hub's API: what is fetched, checked, gone on with and refused. */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { pull } from '../commands/pull.ts';
import { fetchFile } from './fetch-file.ts';
import { type HubServer, serveHub } from './hub-server.fixture.ts';

const repo = 'someone/qwen3-tiny';
const checkpoint = fileURLToPath(
  new URL('../../../../test/golden/fixtures/architectures/qwen3-biases', import.meta.url),
);
const files = Object.fromEntries(readdirSync(checkpoint).map((name) => [name, readFileSync(join(checkpoint, name))]));
const weights = 'model-00002-of-00004.safetensors';

let hub: HubServer;
let home: string;
beforeEach(async () => {
  hub = await serveHub(repo, { ...files, 'pytorch_model.bin': Buffer.alloc(10), 'README.md': Buffer.from('# model') });
  home = mkdtempSync(join(tmpdir(), 'pull-'));
  vi.stubEnv('HF_ENDPOINT', hub.url);
  vi.stubEnv('QUERYLOOP_HOME', home);
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});
afterEach(() => {
  hub.close();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(home, { recursive: true });
});

const folder = () => join(home, 'models', repo);
const run = (name = repo, revision = 'main') => pull(name, { revision, json: false }, new AbortController().signal);

async function refusal(name?: string, revision?: string): Promise<UserError> {
  const error = await run(name, revision).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(UserError);
  return error as UserError;
}
const failure = async (name?: string, revision?: string) => (await refusal(name, revision)).message;

it('fetches what a policy is loaded from, and the name then stands for the folder', async () => {
  expect(policyPath(repo)).toBe(repo);
  await run();
  const wanted = Object.keys(files).filter((name) => name !== 'expected.json.gz');
  expect(readdirSync(folder()).sort()).toEqual([...wanted, 'pulled.json'].sort());
  for (const name of wanted) expect(readFileSync(join(folder(), name)).equals(files[name] as Buffer), name).toBe(true);
  expect(policyPath(repo)).toBe(folder());
});

it('goes on after cut connections, and fetches nothing twice', async () => {
  hub.cuts.set(weights, [5000, 7000]);
  await run();
  expect(hub.ranges.filter(({ path }) => path === weights).map(({ start }) => start)).toEqual([0, 5000, 12_000]);
  const asked = hub.ranges.length;
  await run();
  expect(hub.ranges).toHaveLength(asked);
});

it('keeps what came when it gives up, and goes on with it', async () => {
  const content = files[weights] as Buffer;
  const file = {
    path: 'w',
    size: content.length,
    checksum: { kind: 'sha256' as const, hex: createHash('sha256').update(content).digest('hex') },
  };
  let starts: number[] = [];
  const from = (limit: number) => ({
    bytes: async (start: number) => {
      starts.push(start);
      return new Blob([Uint8Array.from(content.subarray(start, limit))]).stream() as ReadableStream<Uint8Array>;
    },
    onProgress: () => undefined,
    signal: new AbortController().signal,
    delayMs: 1,
  });
  await expect(fetchFile(file, home, from(3000))).rejects.toThrow('cannot be downloaded: the connection closed early');
  expect(starts).toEqual([0, 3000, 3000, 3000, 3000]);
  starts = [];
  await fetchFile(file, home, from(content.length));
  expect(starts).toEqual([3000]);
  expect(readFileSync(join(home, 'w')).equals(content)).toBe(true);
});

it('says why bytes do not come', async () => {
  const file = { path: 'w', size: 3, checksum: { kind: 'sha256' as const, hex: '' } };
  const refused = () => new ReadableStream({ start: (controller) => controller.error('Api error with status 502') });
  const options = { onProgress: () => undefined, signal: new AbortController().signal, delayMs: 1 };
  await expect(fetchFile(file, home, { ...options, bytes: async () => refused() })).rejects.toThrow(
    'w cannot be downloaded: Api error with status 502',
  );
});

it('refuses damaged bytes by their checksum, and mends a damaged file that is here', async () => {
  hub.damaged.add(weights);
  expect(await failure()).toContain(`${weights} arrived damaged: its sha256 hash is`);
  expect(existsSync(join(folder(), weights))).toBe(false);
  expect(policyPath(repo)).toBe(repo);
  hub.damaged = new Set(['config.json']);
  rmSync(join(folder(), 'config.json'));
  expect(await failure()).toContain('config.json arrived damaged: its git-blob hash is');
  hub.damaged.clear();
  await run();
  const changed = Buffer.from(files[weights] as Buffer);
  changed[100] = (changed[100] as number) ^ 1;
  writeFileSync(join(folder(), weights), changed);
  await run();
  expect(readFileSync(join(folder(), weights)).equals(files[weights] as Buffer)).toBe(true);
});

/** The commit with its second shard under another name. */
function renamedShard(name: string): Record<string, Buffer> {
  const { [weights]: shard, ...rest } = hub.files;
  const index = String(rest['model.safetensors.index.json']).replaceAll(weights, name);
  return { ...rest, 'model.safetensors.index.json': Buffer.from(index), [name]: shard as Buffer };
}

it('fetches the shards that the index names, whatever their names', async () => {
  const shard = 'model.safetensors-00002-of-00004.safetensors';
  hub.files = { ...renamedShard(shard), 'model-00009-of-00009.safetensors': Buffer.from('in no index') };
  await run();
  expect(readFileSync(join(folder(), shard)).equals(files[weights] as Buffer)).toBe(true);
  expect(existsSync(join(folder(), 'model-00009-of-00009.safetensors'))).toBe(false);
  expect(hub.ranges.filter(({ path }) => path === 'model.safetensors.index.json')).toHaveLength(1);
  const asked = hub.ranges.length;
  await run();
  expect(hub.ranges).toHaveLength(asked);
});

it('refuses an index of shards that are not there, and leaves the commit that is here', async () => {
  await run();
  hub.files = renamedShard('other.safetensors');
  delete hub.files['other.safetensors'];
  hub.commit = 'beef'.padEnd(40, '0');
  expect(await failure()).toBe(`${repo} holds no other.safetensors`);
  expect(policyPath(repo)).toBe(folder());
  expect(readFileSync(join(folder(), 'model.safetensors.index.json'))).toEqual(files['model.safetensors.index.json']);
});

it('leaves the files of one commit when a model is pulled again', async () => {
  hub.files = { ...hub.files, 'chat_template.jinja': Buffer.from('{{ messages }}') };
  await run();
  writeFileSync(join(folder(), `${weights}.part`), 'cut');
  writeFileSync(join(folder(), 'notes.txt'), 'my own');
  const { 'config.json': config, 'tokenizer.json': tokenizer } = files as Record<string, Buffer>;
  const whole = { 'config.json': config as Buffer, 'tokenizer.json': tokenizer as Buffer };
  hub.files = { ...whole, 'model.safetensors': Buffer.from('in one file now') };
  hub.commit = 'beef'.padEnd(40, '0');
  await run();
  expect(readdirSync(folder()).sort()).toEqual([...Object.keys(hub.files), 'notes.txt', 'pulled.json'].sort());
});

it('does not count a model as whole while it becomes another commit', async () => {
  await run();
  hub.files = { ...hub.files, 'config.json': Buffer.from('{}'), [weights]: Buffer.from('trained on') };
  hub.commit = 'beef'.padEnd(40, '0');
  hub.damaged.add(weights);
  await failure();
  expect(policyPath(repo)).toBe(repo);
  hub.damaged.clear();
  hub.ranges.length = 0;
  await run();
  expect(policyPath(repo)).toBe(folder());
  expect(hub.ranges).toEqual([{ path: weights, start: 0 }]);
});

it('does not go on with what came of another commit', async () => {
  hub.cuts.set(weights, [5000]);
  const stopped = new AbortController();
  const progress = pull(repo, { revision: 'main', json: false }, stopped.signal);
  const partial = () => readdirSync(folder()).find((name) => name.startsWith(weights) && name.endsWith('.part')) ?? '';
  await vi.waitFor(() => expect(statSync(join(folder(), partial())).size).toBeGreaterThan(0), 10_000);
  stopped.abort(new Error('stopped'));
  await expect(progress).rejects.toThrow('stopped');
  const changed = Buffer.from(files[weights] as Buffer).reverse();
  hub.files = { ...hub.files, [weights]: changed };
  hub.commit = 'beef'.padEnd(40, '0');
  await run();
  expect(readFileSync(join(folder(), weights)).equals(changed)).toBe(true);
});

it('refuses a second pull of a model while the first runs', async () => {
  hub.cuts.set(weights, [5000]);
  const pulls = [run(), run()];
  const refused = (await Promise.allSettled(pulls)).filter(({ status }) => status === 'rejected');
  expect(refused).toMatchObject([{ reason: { name: 'UserError' } }]);
  expect(String((refused[0] as PromiseRejectedResult).reason)).toContain(
    `"queryloop pull" (process ${process.pid}) is already running in this folder (${folder()}`,
  );
  expect(hub.ranges.filter(({ path }) => path === weights).map(({ start }) => start)).toEqual([0, 5000]);
  expect(policyPath(repo)).toBe(folder());
  expect(existsSync(join(folder(), 'lock'))).toBe(false);
});

it('keeps revisions apart', async () => {
  await run(repo, 'v1.0');
  expect(policyPath(`${repo}@v1.0`)).toBe(`${folder()}@v1.0`);
  expect(policyPath(repo)).toBe(repo);
});

it('says what cannot be had', async () => {
  expect(await failure('someone/other')).toContain('has no model someone/other at main, or gives no access');
  expect(await failure(repo, 'absent')).toContain(`has no model ${repo} at absent`);
  expect(await failure('../etc/passwd')).toContain('is not the name of a model');
  vi.stubEnv('HF_ENDPOINT', 'http://127.0.0.1:9');
  expect(await failure()).toContain('http://127.0.0.1:9 cannot be reached');
});

it.each([
  [429, 'application/json', '{"error":"Too many requests"}', 'Too many requests'],
  [503, 'text/html', '<html>unavailable</html>', 'Api error with status 503'],
])('says that the hub does not list a model for now (%i)', async (status, type, text, said) => {
  for (const path of ['revision', 'tree']) {
    hub.refusals = new Map([[`/api/models/${repo}/${path}/`, { status, type, text }]]);
    const { message, hint } = await refusal();
    expect(message).toContain(`${hub.url} does not list ${repo} at main (status ${status}): ${said}`);
    expect(hint).toContain('Try again later; if that does not help, check HF_ENDPOINT');
  }
});

it.each([
  ['text/html', '<html>Log in</html>', 'not valid JSON'],
  ['application/json', '{}', ''],
])('says that something else answers in the place of the hub (%s)', async (type, text, said) => {
  for (const path of ['revision', 'tree']) {
    hub.refusals = new Map([[`/api/models/${repo}/${path}/`, { status: 200, type, text }]]);
    const { message, hint } = await refusal();
    expect(message).toContain(`${hub.url} answers, but not as the hub does when asked for ${repo} at main: `);
    expect(message).toContain(said);
    expect(hint).toContain('Check HF_ENDPOINT, and whether a proxy');
  }
});

it.each([401, 403])('says at once that access to a listed model is restricted (%i)', async (status) => {
  const answer = {
    status,
    type: 'application/json',
    text: JSON.stringify({ error: `Access to model ${repo} is restricted` }),
  };
  hub.refusals.set(`/${repo}/resolve/`, answer);
  const started = performance.now();
  const { message, hint } = await refusal();
  expect(performance.now() - started).toBeLessThan(5000);
  expect(message).toContain(`access to ${hub.url}/${repo} is restricted: `);
  expect(message).toContain(`is refused (status ${status})`);
  expect(hint).toBe(
    `Ask for access on ${hub.url}/${repo}, then set HF_TOKEN to a token of that account that may read it.`,
  );
});

it('refuses a token that is none, and does not show it', async () => {
  vi.stubEnv('HF_TOKEN', 'secret');
  expect(await failure()).toBe('HF_TOKEN holds no access token of the hub');
  vi.stubEnv('HF_TOKEN', 'hf_secret\n');
  await run();
});

it('refuses a repository without safetensors weights', async () => {
  hub.close();
  const { 'config.json': config, 'tokenizer.json': tokenizer } = files as Record<string, Buffer>;
  hub = await serveHub(repo, { 'config.json': config as Buffer, 'tokenizer.json': tokenizer as Buffer });
  vi.stubEnv('HF_ENDPOINT', hub.url);
  expect(await failure()).toContain('holds no model.safetensors');
});
