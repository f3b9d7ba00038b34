/** Settings of signing in, hosts, tokens, guesses and seals, one by one. */
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { forget } from '../once.ts';
import { Attempts } from './attempts.ts';
import { authConfiguration } from './configuration.ts';
import { comesFromHere } from './hosts.ts';
import { seal, sealKey, unseal } from './seal.ts';
import { readTokens } from './token-list.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-auth-'));
  vi.stubEnv('QUERYLOOP_HOME', folder);
  vi.stubEnv('QUERYLOOP_AUTH_SECRET', '');
  forget('seal key');
});
afterEach(() => {
  vi.unstubAllEnvs();
  forget('seal key');
  rmSync(folder, { recursive: true, force: true });
});

describe('settings', () => {
  const oidc = {
    QUERYLOOP_AUTH: 'oidc:https://accounts.example.org',
    QUERYLOOP_CONSOLE_URL: 'https://queryloop.example.org',
    QUERYLOOP_OIDC_CLIENT_ID: 'console',
    QUERYLOOP_OIDC_OPERATORS: 'ann@example.org, ben@example.org',
  };

  test('unset, everyone on this machine is let in', () => {
    expect(authConfiguration({}).kind).toBe('local');
  });

  test('lists of users are read, with what is left out', () => {
    expect(authConfiguration(oidc).oidc).toMatchObject({
      operators: ['ann@example.org', 'ben@example.org'],
      viewers: null,
      roleClaim: 'email',
      clientSecret: undefined,
    });
  });

  test.each([
    [{ QUERYLOOP_AUTH: 'password' }, 'QUERYLOOP_AUTH'],
    [{ QUERYLOOP_AUTH: 'tokens:' }, 'QUERYLOOP_AUTH'],
    [{ ...oidc, QUERYLOOP_AUTH: 'oidc:accounts.example.org' }, 'QUERYLOOP_AUTH'],
    [{ ...oidc, QUERYLOOP_AUTH: 'oidc:http://accounts.example.org' }, 'QUERYLOOP_AUTH'],
    [{ ...oidc, QUERYLOOP_CONSOLE_URL: undefined }, 'QUERYLOOP_CONSOLE_URL'],
    [{ ...oidc, QUERYLOOP_CONSOLE_URL: 'queryloop.example.org' }, 'QUERYLOOP_CONSOLE_URL'],
    [{ ...oidc, QUERYLOOP_CONSOLE_URL: 'https://example.org/queryloop' }, 'QUERYLOOP_CONSOLE_URL'],
    [{ ...oidc, QUERYLOOP_OIDC_CLIENT_ID: '' }, 'QUERYLOOP_OIDC_CLIENT_ID'],
    [{ ...oidc, QUERYLOOP_OIDC_OPERATORS: ' , ' }, 'QUERYLOOP_OIDC_OPERATORS'],
  ])('%o is a mistake in %s', (environment, field) => {
    const read = () => authConfiguration(environment);
    expect(read).toThrow(UserError);
    expect(read).toThrow(expect.objectContaining({ field }));
  });
});

describe('list of tokens', () => {
  const file = () => join(folder, 'tokens.yaml');
  const sha256 = 'a'.repeat(64);

  test.each([
    ['', 'list'],
    ['ann', 'list'],
    ['[', 'not valid YAML'],
    ['[]', 'tokens.yaml'],
    [`- {name: ann, role: admin, sha256: ${sha256}}`, 'entry 1, role'],
    [`- {name: ann, role: viewer, sha256: abc}`, 'entry 1, sha256'],
    [`- {name: ann, role: viewer, sha256: ${sha256}, token: secret}`, 'entry 1'],
    [`- {name: ann, role: viewer, sha256: ${sha256}}\n- {name: ann, role: operator, sha256: ${sha256}}`, 'twice'],
  ])('%j is a mistake', (text, said) => {
    writeFileSync(file(), text);
    expect(() => readTokens(file())).toThrow(UserError);
    expect(() => readTokens(file())).toThrow(said);
  });

  test('a file that is not there is named', () => {
    expect(() => readTokens(file())).toThrow(`${file()}: cannot be read`);
  });
});

describe('where a request comes from', () => {
  const from = (headers: Record<string, string>, publicUrl: string | null = null) =>
    comesFromHere(
      new Headers({ host: 'queryloop.example', ...headers }),
      publicUrl === null ? null : new URL(publicUrl),
    );

  test('its own pages, whatever the scheme behind another server', () => {
    expect(from({ origin: 'https://queryloop.example', 'sec-fetch-site': 'same-origin' })).toBe(true);
    expect(from({ origin: 'https://public.example' }, 'https://public.example')).toBe(true);
    expect(from({})).toBe(true);
  });

  test.each([
    { origin: 'https://evil.example' },
    { origin: 'https://queryloop.example.evil.example' },
    { origin: 'https://queryloop.example:444' },
    { origin: 'null' },
    { origin: '' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site', origin: 'https://queryloop.example' },
  ])('%o is another site', (headers) => {
    expect(from(headers as Record<string, string>)).toBe(false);
  });
});

describe('guesses', () => {
  test('ten from an address, a hundred from all; a minute later they are forgotten', () => {
    const attempts = new Attempts();
    for (let n = 0; n < 10; n++) attempts.failed('a', n * 1000);
    expect([attempts.waitSeconds('a', 10_000), attempts.waitSeconds('b', 10_000)]).toEqual([50, 0]);
    expect(attempts.waitSeconds('a', 60_000)).toBe(0);
    for (let n = 0; n < 100; n++) attempts.failed(`address ${n}`, 100_000);
    expect(attempts.waitSeconds('new', 100_000)).toBe(60);
  });
});

describe('seals', () => {
  test('what is sealed comes back, for its own purpose and in time only', async () => {
    const sealed = await seal('session', { name: 'ann' }, 60);
    expect(await unseal('session', sealed)).toMatchObject({ name: 'ann' });
    expect(sealed).not.toContain(Buffer.from('ann').toString('base64url'));
    expect(await unseal('sign-in', sealed)).toBeNull();
    expect(await unseal('session', await seal('session', { name: 'ann' }, -1))).toBeNull();
    // A token without encryption, or with a key of its own choice, is none.
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"name":"ann"}').toString('base64url')}.`;
    expect(await unseal('session', none)).toBeNull();
  });

  test('another key opens nothing; the same secret gives the same key', async () => {
    const sealed = await seal('session', { name: 'ann' }, 60);
    vi.stubEnv('QUERYLOOP_AUTH_SECRET', 'x'.repeat(32));
    forget('seal key');
    expect(await unseal('session', sealed)).toBeNull();
    const key = sealKey();
    forget('seal key');
    expect(sealKey()).toEqual(key);
  });

  test('the key that is made lies in a file for this user only, and is used again', () => {
    const key = sealKey();
    const file = join(folder, 'console-secret');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    forget('seal key');
    expect(sealKey()).toEqual(key);
    chmodSync(file, 0o644);
    forget('seal key');
    expect(sealKey).toThrow('can be read by other users');
  });

  test('a short secret is a mistake that does not show it', () => {
    vi.stubEnv('QUERYLOOP_AUTH_SECRET', 'hunter2');
    expect(sealKey).toThrow(UserError);
    expect(sealKey).not.toThrow('hunter2');
  });
});
