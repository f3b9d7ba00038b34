/** JSON over HTTP with an OpenAI-compatible server: one attempt at one request, what goes wrong told apart. */
import { UserError } from '@queryloop/contracts';
import { Agent, type Dispatcher } from 'undici';
import { describeServer, errorOfStatus, type NamedServer, ServerFault } from './server-fault.ts';

export interface ServerApi {
  /** The answer to a request under the server's url, such as "/completions"; without a body it is a GET. Throws ServerFault or UserError. */
  ask(path: string, body?: object): Promise<unknown>;
  /** The same of something that a server need not have: null where it knows no such path. */
  askIfThere(path: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Longest excerpt of what a server said. */
const mostSaid = 400;

/** Failures before anybody took the connection, or could speak in it (TLS at a port without, a certificate of another name). */
const absent =
  /^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|ERR_(?:SSL|TLS)_.*|.*CERT.*|UNABLE_TO_VERIFY_.*)$/;

/** Throws UserError when the variable with the key is not set. `signal` ends requests under way. */
export function openApi(server: NamedServer, signal: AbortSignal): ServerApi {
  const { url, concurrency, timeoutSeconds } = server;
  const authorization = authorizationOf(server);
  const timeoutMs = timeoutSeconds * 1000;
  // waiting for the whole answer is the signal's business: a long completion may be silent for many minutes
  const agent = new Agent({ connections: concurrency, headersTimeout: 0, bodyTimeout: 0, connectTimeout: 10_000 });
  const { origin, pathname } = new URL(url);
  const base = pathname.replace(/\/+$/, '');

  const send = async (
    path: string,
    body: object | undefined,
  ): Promise<{ response: Dispatcher.ResponseData; text: string }> => {
    const timeout = AbortSignal.timeout(timeoutMs);
    try {
      const response = await agent.request({
        origin,
        path: `${base}${path}`,
        method: body === undefined ? 'GET' : 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json', ...authorization },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.any([signal, timeout]),
      });
      return { response, text: await response.body.text() };
    } catch (error) {
      signal.throwIfAborted();
      const why = timeout.aborted ? `no answer within ${timeoutSeconds} s` : causeOf(error);
      const { code = '' } = error as NodeJS.ErrnoException;
      throw new ServerFault(`${describeServer(server)} cannot be reached: ${why}`, { absent: absent.test(code) });
    }
  };

  const unknownPath = [404, 405, 501];

  const ask = async (path: string, body?: object, optional = false): Promise<unknown> => {
    const { response, text } = await send(path, body);
    const { statusCode: status, headers } = response;
    if (optional && unknownPath.includes(status)) return null;
    const json = asJson(text);
    if (status < 200 || status > 299) {
      const retryAfter = [headers['retry-after']].flat()[0];
      throw errorOfStatus(server, { status, said: saidIn(json, text), retryAfter, path });
    }
    if (json === undefined)
      throw new ServerFault(
        `${describeServer(server)} answered ${path} with something that is no JSON: ${short(text)}`,
      );
    return json;
  };
  return { ask, askIfThere: (path) => ask(path, undefined, true), close: () => agent.destroy() };
}

function authorizationOf({ apiKey, fields }: NamedServer): Record<string, string> {
  if (apiKey === undefined) return {};
  const key = process.env[apiKey]?.trim();
  if (key) return { authorization: `Bearer ${key}` };
  throw new UserError({
    message: `the environment variable ${apiKey} is not set`,
    field: fields.apiKey,
    hint: `Set ${apiKey} to the key of the server where workers run.`,
  });
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The message of an error answer: {error: {message}} of most servers, {message} or {detail} of others. */
function saidIn(json: unknown, text: string): string {
  const { error, message, detail } = (json ?? {}) as Record<string, unknown>;
  const inner = typeof error === 'object' && error !== null ? error : {};
  const { message: told, code, type } = inner as Record<string, unknown>;
  const found = told ?? (typeof error === 'string' ? error : (message ?? detail));
  const kind = [code, type].find((each) => typeof each === 'string');
  const words = typeof found === 'string' ? found : text;
  return short(kind === undefined ? words : `${words} (${String(kind)})`);
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= mostSaid ? line : `${line.slice(0, mostSaid)}…`;
}

function causeOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const words: Record<string, string> = {
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset',
    ENOTFOUND: 'no such host',
    EAI_AGAIN: 'no such host',
    UND_ERR_SOCKET: 'the connection was cut',
    UND_ERR_CONNECT_TIMEOUT: 'no connection within 10 s',
  };
  return (code !== undefined && words[code]) || message || String(code ?? error);
}
