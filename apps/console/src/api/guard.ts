/** Stands before every endpoint of the API: who asks, whether they may, and whether their own page sent it. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { authConfiguration } from '#server/auth/configuration.ts';
import { comesFromHere } from '#server/auth/hosts.ts';
import { bearerOf, identify } from '#server/auth/identify.ts';
import type { User } from '#server/auth/session.ts';
import { ApiProblem } from './errors.ts';

/** Set for every endpoint except those of signing in. */
export interface GuardedVariables {
  user: User;
}

export type GuardedApi = OpenAPIHono<{ Variables: GuardedVariables }>;

export const writeHeader = 'x-queryloop-request';
const mostBodyMb = 1;

/** For those who are not signed in: signing in itself. */
const open = new Set(['POST /api/v1/session', 'GET /api/v1/session/oidc', 'GET /api/v1/session/oidc/callback']);
/** Requests with a body that change nothing, or only the session: viewers may send them. */
const forViewers = new Set(['DELETE /api/v1/session', 'POST /api/v1/dry-run', 'POST /api/v1/check']);

export const guard: MiddlewareHandler<{ Variables: GuardedVariables }> = async (context, next) => {
  const { req } = context;
  const what = `${req.method} ${req.path.replace(/\/$/, '')}`;
  const user = await identify(req.raw.headers);
  if (user === null && !open.has(what))
    throw new ApiProblem(401, { message: 'Sign in first', hint: 'Or send a token: "Authorization: Bearer …".' });
  const writes = !['GET', 'HEAD', 'OPTIONS'].includes(req.method);
  if (writes) {
    checkSource(context);
    if (user?.role === 'viewer' && !forViewers.has(what) && !open.has(what))
      throw new ApiProblem(403, { message: `${user.name} may look at runs, but not begin or change them` });
    checkBody(context);
  }
  if (user !== null) context.set('user', user);
  await next();
  if (!context.res.headers.has('cache-control')) context.header('cache-control', 'no-store');
  // Nobody reads it, and a file would stay open.
  if (req.method === 'HEAD') await context.res.body?.cancel();
};

/** Refuses bodies over 1 MB, whether or not they say how long they are. */
export const limitBody = bodyLimit({
  maxSize: mostBodyMb * 1024 * 1024,
  onError: () => {
    throw new ApiProblem(413, {
      message: `More than ${mostBodyMb} MB are not read`,
      hint: 'A config has some kilobytes; is this the right file?',
    });
  },
});

/** A cookie goes along whoever sends a request; a header of one's own, other sites cannot add. */
function checkSource({ req }: Context): void {
  const { headers } = req.raw;
  if (!comesFromHere(headers, authConfiguration().publicUrl))
    throw new ApiProblem(403, { message: 'Another site sent this, so nothing was done' });
  if (bearerOf(headers) === null && !headers.get(writeHeader))
    throw new ApiProblem(403, {
      message: `Nothing was done: the header ${writeHeader} is missing`,
      field: writeHeader,
      hint: 'Any value will do; it shows that no other site sent this.',
    });
}

function checkBody({ req }: Context): void {
  const hasBody = Number(req.header('content-length') ?? 0) > 0 || req.header('transfer-encoding') !== undefined;
  const type = req.header('content-type');
  const isJson = /^application\/json\s*(;.*)?$/i.test(type ?? '');
  if ((hasBody || type !== undefined) && !isJson)
    throw new ApiProblem(415, { message: `"${type ?? 'nothing'}" is not read here`, hint: 'Send application/json.' });
}
