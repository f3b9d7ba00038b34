/** Requests that other sites, other hosts and people without rights send. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Hono } from 'hono';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { fromPage, openTestConsole, type TestConsole } from './console.fixture.ts';
import { guard } from './guard.ts';

let console_: TestConsole;
afterEach(() => console_.close());

const note = { text: 'looked at' };
const errorOf = async (answer: Response) => ((await answer.json()) as { error: Record<string, string> }).error;

describe('where nobody signs in', () => {
  beforeEach(() => {
    console_ = openTestConsole({ QUERYLOOP_AUTH: '' });
  });

  test.each(['localhost', 'localhost:3000', '127.0.0.1:8080', '[::1]:3000'])('%s is answered', async (host) => {
    expect((await console_.ask('GET', '/state', { headers: { host } })).status).toBe(200);
  });

  test.each(['evil.example', 'localhost.evil.example', '10.0.0.7:3000', '127.0.0.1.nip.io', ''])(
    'a page that calls this machine "%s" is refused',
    async (host) => {
      const answer = await console_.ask('GET', '/state', { headers: { host } });
      expect(answer.status).toBe(403);
      expect((await errorOf(answer))['hint']).toContain('QUERYLOOP_AUTH');
    },
  );

  test('what is asked for its headers alone is not left open', async () => {
    const cancel = vi.fn();
    const api = new Hono().use(guard).get('/file', () => new Response(new ReadableStream({ cancel })));
    const answer = await api.request('http://localhost:3000/file', { method: 'HEAD', headers: fromPage });
    expect([answer.status, answer.body, answer.headers.get('cache-control')]).toEqual([200, null, 'no-store']);
    expect(cancel).toHaveBeenCalledOnce();
  });

  test('a write of another site is refused, with or without its own header', async () => {
    const elsewhere: Record<string, string>[] = [
      { ...fromPage, origin: 'https://evil.example' },
      { ...fromPage, origin: 'null' },
      { ...fromPage, origin: 'http://localhost:4000' },
      { host: 'localhost:3000', 'x-queryloop-request': '1', 'sec-fetch-site': 'cross-site' },
      { host: 'localhost:3000', 'x-queryloop-request': '1', 'sec-fetch-site': 'same-site' },
      { host: 'localhost:3000', origin: 'http://localhost:3000' },
      { host: 'localhost:3000' },
    ];
    for (const headers of elsewhere)
      expect([headers, (await console_.ask('POST', '/runs/a/notes', { body: note, headers })).status]).toEqual([
        headers,
        403,
      ]);
  });

  test('a form of another site cannot be a write: only JSON is read', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/jsonp',
    ];
    for (const type of types) {
      const answer = await console_.ask('POST', '/runs/a/notes', {
        body: '{}',
        headers: { ...fromPage, 'content-type': type },
      });
      expect([type, answer.status]).toEqual([type, 415]);
    }
  });

  test('ten megabytes are refused, whether or not they say how many they are', async () => {
    const yaml = 'a: b\n'.repeat(2_000_000);
    const answer = await console_.ask('POST', '/runs', {
      body: { yaml },
      headers: { ...fromPage, 'content-length': '12000000' },
    });
    expect(answer.status).toBe(413);
    expect((await errorOf(answer))['message']).toContain('1 MB');
    expect((await console_.ask('POST', '/runs', { body: { yaml } })).status).toBe(413);
  });

  test('what is no JSON, has unknown fields or no id is refused with the field', async () => {
    const broken = await console_.ask('POST', '/runs/a/notes', { body: '{"text": ' });
    expect(broken.status).toBe(400);
    const unknown = await console_.ask('POST', '/runs/a/notes', { body: { ...note, colour: 'red' } });
    expect([unknown.status, (await errorOf(unknown))['message']]).toEqual([400, expect.stringContaining('colour')]);
    for (const id of ['..%2F..%2Fetc', 'a%00b', '.hidden', 'x'.repeat(201), '%3Cscript%3E']) {
      const answer = await console_.ask('POST', `/runs/${id}/notes`, { body: note });
      expect([id, answer.status, (await errorOf(answer))['field']]).toEqual([id, 400, 'id']);
    }
  });

  test('an unknown path is 404, another method 405 with the methods there are', async () => {
    expect((await console_.ask('GET', '/nothing')).status).toBe(404);
    const answer = await console_.ask('PATCH', '/runs/a/pause');
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('without Temporal reads work, writes are refused in words', async () => {
    const state = (await (await console_.ask('GET', '/state')).json()) as Record<string, unknown>;
    expect(state).toMatchObject({ temporal: 'down', store: 'up', readOnly: true, user: 'console', role: 'operator' });
    for (const path of ['/runs/a/pause', '/sweeps/a/cancel']) {
      const answer = await console_.ask('POST', path);
      expect([path, answer.status, (await errorOf(answer))['message']]).toEqual([
        path,
        503,
        expect.stringContaining('Temporal'),
      ]);
    }
  });

  test('answers are not kept by anybody on the way', async () => {
    expect((await console_.ask('GET', '/state')).headers.get('cache-control')).toBe('no-store');
  });
});

describe('with a list of tokens', () => {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const list = (entries: string[][]): string =>
    entries.map(([name, role, token]) => `- {name: ${name}, role: ${role}, sha256: ${sha256(token!)}}\n`).join('');
  const bearer = (token: string) => ({ host: 'queryloop.example', authorization: `Bearer ${token}` });
  let file: string;

  beforeEach(() => {
    console_ = openTestConsole();
    file = join(console_.folder, 'tokens.yaml');
    process.env['QUERYLOOP_AUTH'] = `tokens:${file}`;
    writeFileSync(
      file,
      list([
        ['ann', 'operator', 'a-token'],
        ['vic', 'viewer', 'v-token'],
      ]),
    );
  });

  test('nobody gets anything without a token', async () => {
    for (const path of ['/state', '/openapi.json', '/nothing', '/runs/a/analyses'])
      expect([path, (await console_.ask('GET', path)).status]).toEqual([path, 401]);
    expect((await console_.ask('POST', '/runs', { body: {} })).status).toBe(401);
  });

  test('a token says who asks and what they may; a program needs no header beside it', async () => {
    const state = await console_.ask('GET', '/state', { headers: bearer('v-token') });
    expect(await state.json()).toMatchObject({ user: 'vic', role: 'viewer', readOnly: true, signsIn: true });
    const ids = ['a'];
    const asViewer = (path: string) =>
      console_.ask('POST', path, { body: { action: 'pause', ids }, headers: bearer('v-token') });
    expect((await asViewer('/bulk')).status).toBe(403);
    expect((await asViewer('/dry-run')).status).toBe(200);
    const asOperator = await console_.ask('POST', '/bulk', {
      body: { action: 'pause', ids },
      headers: bearer('a-token'),
    });
    expect(asOperator.status).toBe(503);
  });

  test('a token becomes a session of the browser, which ends with its entry and by signing out', async () => {
    const answer = await console_.ask('POST', '/session', { body: { token: 'v-token' } });
    expect(await answer.json()).toEqual({ user: 'vic', role: 'viewer' });
    const set = answer.headers.get('set-cookie') ?? '';
    expect(set).toMatch(/^queryloop-session=[^;]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Lax$/);
    expect(set).not.toContain(sha256('v-token'));
    const cookie = set.split(';')[0] as string;
    const asked = async () => await console_.ask('GET', '/state', { headers: { ...fromPage, cookie } });
    expect(await (await asked()).json()).toMatchObject({ user: 'vic', role: 'viewer' });

    // The role is that of the list as it is now.
    writeFileSync(file, list([['vic', 'operator', 'v-token']]));
    expect(await (await asked()).json()).toMatchObject({ role: 'operator' });
    writeFileSync(file, list([['ann', 'operator', 'a-token']]));
    expect((await asked()).status).toBe(401);

    const out = await console_.ask('DELETE', '/session', { headers: { ...bearer('a-token'), cookie } });
    expect(out.headers.get('set-cookie')).toMatch(/^queryloop-session=; Max-Age=0/);
  });

  test('behind an encrypted connection the cookie is for encrypted connections only', async () => {
    const headers = { ...fromPage, 'x-forwarded-proto': 'https' };
    const answer = await console_.ask('POST', '/session', { body: { token: 'v-token' }, headers });
    expect(answer.headers.get('set-cookie')).toContain('; Secure');
  });

  test('a cookie that was changed, or sealed by another console, is nobody', async () => {
    const answer = await console_.ask('POST', '/session', { body: { token: 'a-token' } });
    const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] as string;
    const changed = `${cookie.slice(0, -3)}${cookie.endsWith('AAA') ? 'BBB' : 'AAA'}`;
    for (const value of [changed, 'queryloop-session=x', 'queryloop-session='])
      expect((await console_.ask('GET', '/state', { headers: { ...fromPage, cookie: value } })).status).toBe(401);
  });

  test('who guesses has to wait, from one address; others need not', async () => {
    const guess = (token: string, from: string) =>
      console_.ask('POST', '/session', { body: { token }, headers: { ...fromPage, 'x-forwarded-for': from } });
    for (let n = 0; n < 10; n++) expect((await guess(`guess-${n}`, '192.0.2.1')).status).toBe(401);
    const refused = await guess('a-token', '192.0.2.1');
    expect([refused.status, Number(refused.headers.get('retry-after')) > 0]).toEqual([429, true]);
    expect((await guess('a-token', '192.0.2.2')).status).toBe(200);
  });

  test('a list that cannot be read lets nobody in, and the answer does not say where it is', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    writeFileSync(file, 'ann: operator');
    const answer = await console_.ask('GET', '/state', { headers: bearer('a-token') });
    expect(answer.status).toBe(503);
    expect(await answer.text()).not.toContain('tokens.yaml');
    expect(said.mock.calls.join()).toContain('tokens.yaml');
    said.mockRestore();
  });
});
