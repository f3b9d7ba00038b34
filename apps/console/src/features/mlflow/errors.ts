/** Errors as MLflow's clients understand them. */
import { problemOf } from '#api/errors.ts';

const statuses = {
  INVALID_PARAMETER_VALUE: 400,
  PERMISSION_DENIED: 403,
  RESOURCE_DOES_NOT_EXIST: 404,
  ENDPOINT_NOT_FOUND: 404,
  INTERNAL_ERROR: 500,
  TEMPORARILY_UNAVAILABLE: 503,
} as const;
export type MlflowErrorCode = keyof typeof statuses;

export class MlflowProblem extends Error {
  readonly code: MlflowErrorCode;

  constructor(code: MlflowErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Any error as an answer. */
export function answerProblem(error: unknown): Response {
  const { code, message } = error instanceof MlflowProblem ? error : foreign(error);
  return Response.json({ error_code: code, message }, { status: statuses[code] });
}

function foreign(error: unknown): { code: MlflowErrorCode; message: string } {
  const { status, message } = problemOf(error);
  const code = status === 503 ? 'TEMPORARILY_UNAVAILABLE' : status < 500 ? 'INVALID_PARAMETER_VALUE' : 'INTERNAL_ERROR';
  return { code, message };
}
