/** Errors of the API: what the user did wrong, in words; what went wrong here, without its insides. */
import { UserError } from '@queryloop/contracts';
import { isTemporalAway } from '@queryloop/control';
import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

interface ProblemDetails {
  message: string;
  field?: string | undefined;
  hint?: string | undefined;
  /** For the header Retry-After. */
  retryAfterSeconds?: number;
}

/** A refusal with a status of its own. */
export class ApiProblem extends Error {
  readonly status: ContentfulStatusCode;
  readonly field: string | undefined;
  readonly hint: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: ContentfulStatusCode, { message, field, hint, retryAfterSeconds }: ProblemDetails) {
    super(message);
    this.status = status;
    this.field = field;
    this.hint = hint;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What is not there: 404. */
export function notFound(what: string, hint?: string): ApiProblem {
  return new ApiProblem(404, { message: `${what} is not known here`, ...(hint && { hint }) });
}

/** Temporal is away: 503. */
export function temporalAway(): ApiProblem {
  return new ApiProblem(503, {
    message: 'Temporal does not answer, so nothing can be begun or changed now',
    hint: 'What is stored can be read. The console goes on by itself when Temporal is back.',
  });
}

/** The status and the words of any error; of a fault of the program it says no more than that there was one. */
export function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof Error && isStoreAway(error)) {
    const hint = (error instanceof UserError && error.hint) || 'The console goes on by itself when it is back.';
    return new ApiProblem(503, { message: error.message, hint });
  }
  if (error instanceof UserError) {
    const status = error.kind === 'unknown' ? 404 : error.kind === 'conflict' ? 409 : 400;
    return new ApiProblem(status, error);
  }
  if (isTemporalAway(error)) return temporalAway();
  if (error instanceof HTTPException) return new ApiProblem(error.status, { message: error.message || 'not possible' });
  console.error(error);
  return new ApiProblem(500, { message: 'Something went wrong here; the console’s log tells what' });
}

/** How packages/store begins every message about a database that cannot be used. */
export function isStoreAway({ message }: Error): boolean {
  return /^the store .* cannot be used: /.test(message);
}

/** Hono's last resort: gives every error its status and body. */
export function answerError(error: unknown, context: Context): Response {
  const { status, message, field, hint, retryAfterSeconds } = problemOf(error);
  if (retryAfterSeconds !== undefined) context.header('retry-after', String(retryAfterSeconds));
  return context.json({ error: { message, ...(field && { field }), ...(hint && { hint }) } }, status);
}
