/** Signing in with an OpenID provider: there, and back with its answer. */
import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { ApiProblem } from '#api/errors.ts';
import type { GuardedApi } from '#api/guard.ts';
import { authConfiguration } from '#server/auth/configuration.ts';
import {
  beginSignIn,
  callbackPath,
  finishSignIn,
  SignInFailed,
  signInCookie,
  signInSeconds,
} from '#server/auth/oidc.ts';
import { isSecure, oidcSession, sessionCookie, sessionSeconds } from '#server/auth/session.ts';
import { pathOf } from './schemas.ts';

export function addOidc(api: GuardedApi): void {
  api.openapi(begin, async (context) => {
    requireOidc();
    try {
      const { url, cookie } = await beginSignIn(pathOf(context.req.valid('query').to));
      setCookie(context, signInCookie, cookie, { ...options(context), path: callbackPath, maxAge: signInSeconds });
      return context.redirect(url.href, 302);
    } catch (error) {
      return failed(context, error);
    }
  });

  api.openapi(finish, async (context) => {
    requireOidc();
    const cookie = getCookie(context, signInCookie) ?? '';
    deleteCookie(context, signInCookie, { ...options(context), path: callbackPath });
    try {
      const { user, to } = await finishSignIn(new URL(context.req.url).search, cookie);
      setCookie(context, sessionCookie, await oidcSession(user), { ...options(context), maxAge: sessionSeconds });
      return context.redirect(pathOf(to), 302);
    } catch (error) {
      return failed(context, error);
    }
  });
}

function options(context: Context) {
  return { httpOnly: true, sameSite: 'Lax', secure: isSecure(context.req.raw.headers), path: '/' } as const;
}

function requireOidc(): void {
  if (authConfiguration().oidc !== null) return;
  throw new ApiProblem(404, {
    message: 'This console has no OpenID provider',
    hint: 'docs/console.md says how it can.',
  });
}

/** Why it failed stands in the log; a provider's words may hold codes and tokens, so only their kind is noted. */
function failed(context: Context, error: unknown) {
  if (!(error instanceof SignInFailed)) throw error;
  const { cause } = error;
  const code = (cause as { code?: unknown } | undefined)?.code;
  console.error(
    `signing in failed: ${error.problem}${cause instanceof Error ? ` (${cause.name} ${String(code ?? '')})` : ''}`,
  );
  return context.redirect(`/sign-in?problem=${error.problem}`, 302);
}

const text = z.string().max(4000).optional();

const begin = createRoute({
  method: 'get',
  path: '/session/oidc',
  operationId: 'beginSignIn',
  tags: ['console'],
  summary: 'Sign in with the OpenID provider',
  security: [],
  request: { query: z.object({ to: text.describe('Path to go to afterwards.') }) },
  responses: { 302: { description: 'To the provider.' } },
});

const finish = createRoute({
  method: 'get',
  path: '/session/oidc/callback',
  operationId: 'finishSignIn',
  tags: ['console'],
  summary: 'Where the OpenID provider sends the browser back to',
  security: [],
  request: { query: z.object({ code: text, state: text, error: text, iss: text }) },
  responses: { 302: { description: 'Signed in, with a cookie; or to the sign-in page, which says why not.' } },
});
