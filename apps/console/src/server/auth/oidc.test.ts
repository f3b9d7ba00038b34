/** Signing in with a real OpenID provider, as a browser does it: there, its two pages, and back. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider from 'oidc-provider';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { fromPage, openTestConsole, type TestConsole } from '#api/console.fixture.ts';

const callback = 'http://localhost:3000/api/v1/session/oidc/callback';
let server: Server;
let issuer: string;
let tested: TestConsole;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
  // It warns about keys and pages that are for development, as these are.
  const warnings = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: 'console',
        client_secret: 'client-secret',
        redirect_uris: [callback],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'], groups: ['groups'] },
    scopes: ['openid', 'email', 'profile', 'groups'],
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        email: `${id}@example.org`,
        email_verified: id !== 'eve',
        groups: id === 'ben' ? ['lab', 'ml'] : [],
      }),
    }),
    pkce: { required: () => true },
    ttl: { AccessToken: 60, AuthorizationCode: 60, Grant: 60, IdToken: 60, Interaction: 60, Session: 60 },
  });
  server.on('request', provider.callback());
  warnings.mockRestore();
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

beforeEach(() => {
  tested = openTestConsole({
    QUERYLOOP_AUTH: `oidc:${issuer}`,
    QUERYLOOP_CONSOLE_URL: 'http://localhost:3000',
    QUERYLOOP_OIDC_CLIENT_ID: 'console',
    QUERYLOOP_OIDC_CLIENT_SECRET: 'client-secret',
    QUERYLOOP_OIDC_OPERATORS: 'ann@example.org,eve@example.org',
  });
});
afterEach(() => tested.close());

test('who is listed becomes an operator, and goes on to the page they came for', async () => {
  const { answer, cookie } = await signIn('ann', '/runs?status=running');
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/runs?status=running']);
  expect(await stateOf(cookie)).toMatchObject({ user: 'ann@example.org', role: 'operator', signsIn: true });
});

test('anybody else is a viewer; an address that nobody has checked gives no rights', async () => {
  expect(await stateOf((await signIn('bob')).cookie)).toMatchObject({ user: 'bob@example.org', role: 'viewer' });
  expect(await stateOf((await signIn('eve')).cookie)).toMatchObject({ role: 'viewer' });
});

test('with a list of viewers nobody else gets in', async () => {
  process.env['QUERYLOOP_OIDC_VIEWERS'] = 'bob@example.org';
  expect(await stateOf((await signIn('bob')).cookie)).toMatchObject({ role: 'viewer' });
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { answer, cookie } = await signIn('mallory');
  said.mockRestore();
  expect([answer.headers.get('location'), cookie]).toEqual(['/sign-in?problem=not-listed', undefined]);
});

test('a claim with several values decides too', async () => {
  Object.assign(process.env, {
    QUERYLOOP_OIDC_ROLE_CLAIM: 'groups',
    QUERYLOOP_OIDC_OPERATORS: 'ml',
    QUERYLOOP_OIDC_SCOPE: 'openid email groups',
  });
  expect(await stateOf((await signIn('ben')).cookie)).toMatchObject({ user: 'ben@example.org', role: 'operator' });
  expect(await stateOf((await signIn('ann')).cookie)).toMatchObject({ role: 'viewer' });
});

test('an answer of the provider counts once, for the browser that began, and unchanged', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const begun = await begin('/');
  const back = await atProvider(begun.location, 'ann');
  const finish = async (search: string, cookie: string) => {
    const answer = await tested.ask('GET', `/session/oidc/callback${search}`, { headers: { ...fromPage, cookie } });
    return answer.headers.get('location');
  };
  expect(await finish(back.search, '')).toBe('/sign-in?problem=expired');
  const other = await begin('/');
  expect(await finish(back.search, other.cookie)).toBe('/sign-in?problem=refused');
  expect(await finish(back.search.replace(/state=[^&]+/, 'state=guessed'), begun.cookie)).toBe(
    '/sign-in?problem=refused',
  );
  expect(await finish('?error=access_denied&state=x', begun.cookie)).toBe('/sign-in?problem=refused');
  expect(await finish(back.search, begun.cookie)).toBe('/');
  expect(await finish(back.search, begun.cookie)).toBe('/sign-in?problem=refused');
  // Neither codes nor secrets stand in the log.
  const logged = said.mock.calls.join('\n');
  said.mockRestore();
  expect(logged).toContain('refused');
  for (const secret of ['client-secret', new URLSearchParams(back.search).get('code') as string])
    expect(logged).not.toContain(secret);
});

test.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)'])(
  'nobody is sent on to %s',
  async (to) => {
    const { answer } = await signIn('ann', to);
    expect(answer.headers.get('location')).toBe('/');
  },
);

test('a provider that is away is said on the sign-in page, and found when it is back', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  process.env['QUERYLOOP_AUTH'] = 'oidc:http://localhost:9';
  const answer = await tested.ask('GET', '/session/oidc');
  said.mockRestore();
  expect(answer.headers.get('location')).toBe('/sign-in?problem=unreachable');
  process.env['QUERYLOOP_AUTH'] = `oidc:${issuer}`;
  expect((await begin('/')).location).toContain(issuer);
});

async function begin(to: string): Promise<{ location: string; cookie: string }> {
  const answer = await tested.ask('GET', `/session/oidc?to=${encodeURIComponent(to)}`);
  const cookie = answer.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/Path=\/api\/v1\/session\/oidc\/callback; HttpOnly; SameSite=Lax/);
  return { location: answer.headers.get('location') ?? '', cookie: cookie.split(';')[0] as string };
}

async function signIn(account: string, to = '/'): Promise<{ answer: Response; cookie: string | undefined }> {
  const { location, cookie } = await begin(to);
  const back = await atProvider(location, account);
  const answer = await tested.ask('GET', `/session/oidc/callback${back.search}`, { headers: { ...fromPage, cookie } });
  const session = answer.headers.getSetCookie().find((each) => each.startsWith('queryloop-session='));
  return { answer, cookie: session?.split(';')[0] };
}

async function stateOf(cookie: string | undefined): Promise<unknown> {
  return await (await tested.ask('GET', '/state', { headers: { ...fromPage, cookie: cookie ?? '' } })).json();
}

/** Signs in and agrees on the provider's pages. @returns where it sends the browser then */
async function atProvider(start: string, account: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  let form: URLSearchParams | undefined;
  for (let step = 0; step < 12; step++) {
    const answer = await fetch(url, {
      method: form ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      ...(form && { body: form }),
    });
    for (const each of answer.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      if (name !== undefined) cookies.set(name, value ?? '');
    }
    form = undefined;
    const location = answer.headers.get('location');
    if (location !== null) {
      url = new URL(location, url);
      if (url.href.startsWith(callback)) return url;
      continue;
    }
    const page = await answer.text();
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
    if (prompt === undefined) throw new Error(`the provider shows no form: ${page.slice(0, 500)}`);
    form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login: account, password: 'any' }) });
    url = new URL(/action="([^"]+)"/.exec(page)?.[1] ?? url.href, url);
  }
  throw new Error('the provider never sent the browser back');
}
