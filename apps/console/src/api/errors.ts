/** Errors of the API: what the user did wrong, in words; what went wrong here, without its insides. */
import { UserError } from '@queryloop/contracts';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** A refusal with a status of its own. */
export class ApiProblem extends Error {
  readonly status: ContentfulStatusCode;
  readonly field: string | undefined;
  readonly hint: string | undefined;

  constructor(
    status: ContentfulStatusCode,
    { message, field, hint }: { message: string; field?: string; hint?: string },
  ) {
    super(message);
    this.status = status;
    this.field = field;
    this.hint = hint;
  }
}

/** What is not there: 404. */
export function notFound(what: string, hint?: string): ApiProblem {
  return new ApiProblem(404, { message: `${what} is not known here`, ...(hint && { hint }) });
}

/** Hono's last resort: gives every error its status and body. */
export function answerError(error: unknown, context: Context): Response {
  const answer = (status: ContentfulStatusCode, body: { message: string; field?: string; hint?: string }): Response =>
    context.json({ error: body }, status);
  if (error instanceof ApiProblem || error instanceof UserError) {
    const { message, field, hint } = error;
    const status = error instanceof ApiProblem ? error.status : 400;
    return answer(status, { message, ...(field && { field }), ...(hint && { hint }) });
  }
  if (error instanceof HTTPException) return answer(error.status, { message: error.message });
  console.error(error);
  return answer(500, { message: 'Something went wrong here; the console’s log tells what' });
}
