/** The kind of router that every feature makes for its part of the API. */
import { OpenAPIHono } from '@hono/zod-openapi';
import type { Env } from 'hono';
import { ApiProblem, answerError } from './errors.ts';

/** Input that does not fit a schema is answered with the field, what is wrong with it, and status 400. */
export function router<Variables extends Env = Env>(): OpenAPIHono<Variables> {
  const api = new OpenAPIHono<Variables>({
    defaultHook: (result) => {
      if (result.success) return;
      const [issue] = result.error.issues;
      const field = issue?.path.join('.') || undefined;
      throw new ApiProblem(400, {
        message: `${field ?? result.target}: ${issue?.message ?? 'is not valid'}`,
        ...(field && { field }),
      });
    },
  });
  api.onError(answerError);
  api.notFound((context) => context.json({ error: { message: `there is no ${context.req.path} here` } }, 404));
  return api;
}
