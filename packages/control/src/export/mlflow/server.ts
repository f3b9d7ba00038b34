/** An MLflow tracking server as its REST API is spoken to: credentials, patience, and its errors in plain words. */
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '@queryloop/contracts';

/** What the server says is wrong with a request. */
export class MlflowError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface MlflowServer {
  /** Its address, without credentials. */
  address: string;
  /** @throws MlflowError when the server refuses, UserError when there is no MLflow server or it does not let us in */
  get(path: string, query: Record<string, string>): Promise<unknown>;
  /** As `get`. */
  post(path: string, body: object): Promise<unknown>;
  /** Uploads a file through the server's artifact proxy. As `get`. */
  putArtifact(path: string, content: string): Promise<void>;
  /** The error for an answer to `path` in which something is missing that an MLflow server gives. */
  unlike(path: string): UserError;
}

const api = '/api/2.0/mlflow';
const artifactsApi = '/api/2.0/mlflow-artifacts/artifacts';
const timeoutMs = 60_000;
/** Before a request is tried again that met a server which is overloaded or was just being started again. */
const waitsMs = [500, 1_000, 2_000];
const worthAnotherTry = new Set([429, 502, 503, 504]);

/**
 * The server at an http(s) address. Credentials are MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and
 * MLFLOW_TRACKING_PASSWORD, or those in the address. @throws UserError for another kind of address
 */
export function mlflowServer(
  uri: string,
  { environment = process.env, signal }: { environment?: NodeJS.ProcessEnv; signal?: AbortSignal } = {},
): MlflowServer {
  const { address, credentials } = addressOf(uri, environment);
  const said = (what: string, hint: string): UserError =>
    new UserError({ message: `--mlflow ${address}: ${what}`, field: '--mlflow', hint });

  const unlike = (path: string, status: number): UserError =>
    said(
      `answers ${path} with status ${status}, and not as an MLflow server does`,
      'Give the address that MLFLOW_TRACKING_URI would have, such as http://127.0.0.1:5000.',
    );

  const send = async (path: string, init: RequestInit): Promise<Response> => {
    const limit = AbortSignal.timeout(timeoutMs);
    const headers = { ...init.headers, ...(credentials && { authorization: credentials }) };
    try {
      return await fetch(`${address}${path}`, {
        ...init,
        headers,
        signal: signal ? AbortSignal.any([signal, limit]) : limit,
      });
    } catch (error) {
      signal?.throwIfAborted();
      throw said(`cannot be reached (${reasonOf(error)})`, 'Is the server running, and is that its address?');
    }
  };
  const request = async (path: string, init: RequestInit = {}): Promise<unknown> => {
    let answer = await send(path, init);
    for (const waitMs of waitsMs) {
      if (!worthAnotherTry.has(answer.status)) break;
      await sleep(waitMs, undefined, { ...(signal && { signal }) });
      answer = await send(path, init);
    }
    const text = await answer.text();
    if (answer.status === 401 || answer.status === 403)
      throw said(
        `does not let us in (status ${answer.status}${shortly(text)})`,
        'Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN, to credentials that may write.',
      );
    // Uploads are answered with nothing.
    const body = init.method === 'PUT' && text === '' ? {} : parsed(text);
    if (answer.ok && body !== undefined) return body;
    if (body !== undefined && typeof body['error_code'] === 'string')
      throw new MlflowError(body['error_code'], String(body['message']).slice(0, 500));
    throw unlike(path, answer.status);
  };

  const json = { 'content-type': 'application/json' };
  return {
    address,
    get: (path, query) => request(`${api}/${path}?${new URLSearchParams(query)}`),
    post: (path, body) => request(`${api}/${path}`, { method: 'POST', headers: json, body: JSON.stringify(body) }),
    unlike: (path) => unlike(`${api}/${path}`, 200),
    putArtifact: async (path, content) => {
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      await request(`${artifactsApi}/${encoded}`, { method: 'PUT', body: content });
    },
  };
}

function addressOf(uri: string, environment: NodeJS.ProcessEnv): { address: string; credentials: string | null } {
  const url = URL.canParse(uri) ? new URL(uri) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol))
    throw new UserError({
      message: '--mlflow: that is not the http(s) address of a tracking server',
      field: '--mlflow',
      hint: 'For example http://127.0.0.1:5000; a folder or database needs "mlflow server" in front of it.',
    });
  const address = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
  const token = environment['MLFLOW_TRACKING_TOKEN'];
  if (token) return { address, credentials: `Bearer ${token}` };
  const user = environment['MLFLOW_TRACKING_USERNAME'] || decodeURIComponent(url.username);
  const password = environment['MLFLOW_TRACKING_PASSWORD'] || decodeURIComponent(url.password);
  const basic = Buffer.from(`${user}:${password}`).toString('base64');
  return { address, credentials: user === '' ? null : `Basic ${basic}` };
}

/** What a refusal says, when it is a short text. */
function shortly(text: string): string {
  const line = text.trim();
  return line === '' || line.length > 200 || line.startsWith('<') ? '' : `: ${line.replaceAll(/\s+/g, ' ')}`;
}

/** Undefined for what is no JSON object. */
function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  return cause?.code ?? cause?.message ?? message;
}
