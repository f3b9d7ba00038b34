/** Signing in and out, and the state of the console. */
import { createRoute, type z } from '@hono/zod-openapi';
import { deleteCookie, setCookie } from 'hono/cookie';
import { ApiProblem } from '#api/errors.ts';
import type { GuardedVariables } from '#api/guard.ts';
import { router } from '#api/router.ts';
import { authConfiguration } from '#server/auth/configuration.ts';
import { checkToken } from '#server/auth/identify.ts';
import { isSecure, sessionCookie, sessionSeconds, tokenSession } from '#server/auth/session.ts';
import { storeState } from '#server/store-state.ts';
import { temporalState } from '#server/temporal.ts';
import { addOidc } from './oidc-api.ts';
import { ConsoleState, Said, SignedIn, SignIn } from './schemas.ts';

export function sessionApi() {
  const api = router<{ Variables: GuardedVariables }>();

  api.openapi(state, async (context) => {
    const [temporal, store] = await Promise.all([temporalState(), storeState()]);
    const { name, role } = context.get('user');
    const readOnly = temporal === 'down' || store === 'down' || role === 'viewer';
    const signsIn = authConfiguration().kind !== 'local';
    return context.json({ temporal, store, user: name, role, readOnly, signsIn }, 200);
  });

  api.openapi(signIn, async (context) => {
    const { headers } = context.req.raw;
    if (authConfiguration().tokenFile === null)
      throw new ApiProblem(409, {
        message: 'This console asks for no token',
        hint: 'docs/console.md says how it can.',
      });
    const entry = checkToken(context.req.valid('json').token, headers);
    setCookie(context, sessionCookie, await tokenSession(entry), cookieOptions(headers));
    return context.json({ user: entry.name, role: entry.role }, 200);
  });

  api.openapi(signOut, (context) => {
    deleteCookie(context, sessionCookie, cookieOptions(context.req.raw.headers));
    return context.json({ said: 'Signed out.' }, 200);
  });

  addOidc(api);
  return api;
}

/** Scripts cannot read it, and other sites' requests do not carry it, but for links that are followed. */
export function cookieOptions(headers: Headers) {
  return { httpOnly: true, sameSite: 'Lax', secure: isSecure(headers), path: '/', maxAge: sessionSeconds } as const;
}

const json = <Schema extends z.ZodType>(schema: Schema) => ({ 'application/json': { schema } });

const state = createRoute({
  method: 'get',
  path: '/state',
  operationId: 'getState',
  tags: ['console'],
  summary: 'Who is signed in, and whether Temporal and the store answer',
  responses: { 200: { description: 'The state now.', content: json(ConsoleState) } },
});

const signIn = createRoute({
  method: 'post',
  path: '/session',
  operationId: 'signIn',
  tags: ['console'],
  summary: 'Sign in with a token',
  security: [],
  request: { body: { required: true, content: json(SignIn) } },
  responses: { 200: { description: 'Signed in, with a cookie.', content: json(SignedIn) } },
});

const signOut = createRoute({
  method: 'delete',
  path: '/session',
  operationId: 'signOut',
  tags: ['console'],
  summary: 'Sign out',
  responses: { 200: { description: 'Signed out.', content: json(Said) } },
});
