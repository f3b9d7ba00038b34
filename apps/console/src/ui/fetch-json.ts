/** Calls of the console's own API from the browser. */

/** What the API answers when it cannot do what it was asked. */
export interface ApiErrorBody {
  error: { message: string; field?: string; hint?: string };
}

/** A refusal of the API, with what to do about it. */
export class ApiError extends Error {
  readonly status: number;
  readonly field: string | undefined;
  readonly hint: string | undefined;

  constructor(status: number, { message, field, hint }: ApiErrorBody['error']) {
    super(message);
    this.status = status;
    this.field = field;
    this.hint = hint;
  }
}

/** GET of a path of the API. Throws ApiError. */
export async function fetchJson<T>(path: string): Promise<T> {
  return await call<T>('GET', path);
}

/** A write; every write carries a header that other sites cannot send. Throws ApiError. */
export async function send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  return await call<T>(method, path, body);
}

async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        accept: 'application/json',
        ...(method !== 'GET' && { 'x-queryloop-request': '1' }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, { message: 'The console does not answer', hint: 'It is tried again by itself.' });
  }
  if (response.status === 204) return undefined as T;
  const given = (await response.json().catch(() => null)) as T | ApiErrorBody | null;
  if (response.ok && given !== null) return given as T;
  const error = (given as ApiErrorBody | null)?.error;
  throw new ApiError(response.status, error ?? { message: `The console answered ${response.status}` });
}
