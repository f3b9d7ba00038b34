/** What goes wrong with a server: faults, after which the same request may well succeed, and mistakes of the user, after which it will not. */
import { type ServerConfig, UserError } from '@queryloop/contracts';

/** The server is away, overloaded, or gave an answer that is none: worth another try. */
export class ServerFault extends Error {
  override readonly name = 'ServerFault';
  /** The server asked for this much time. */
  readonly retryAfterMs: number | undefined;
  /** Nobody took the connection: a server that is not up yet, or a wrong address. */
  readonly absent: boolean;

  constructor(message: string, { retryAfterMs, absent = false }: { retryAfterMs?: number; absent?: boolean } = {}) {
    super(message);
    this.retryAfterMs = retryAfterMs;
    this.absent = absent;
  }
}

/** A server as the user named it: by the fields of a config, or by options of a command. */
export interface NamedServer extends ServerConfig {
  fields: { url: string; model: string; apiKey: string };
}

/** The names of `rollout.server`'s fields. */
export const configFields: NamedServer['fields'] = {
  url: 'rollout.server.url',
  model: 'rollout.server.model',
  apiKey: 'rollout.server.apiKey',
};

export function describeServer({ url, model }: Pick<ServerConfig, 'url' | 'model'>): string {
  return `rollout server ${url} (model ${model})`;
}

/** Statuses that time mends. */
const passing = new Set([408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);

/** The error for an answer that is no success. `said`: the server's own words. */
export function errorOfStatus(
  server: NamedServer,
  { status, said, retryAfter, path }: { status: number; said: string; retryAfter?: string | undefined; path: string },
): Error {
  const { fields, url, apiKey } = server;
  const told = `${describeServer(server)} refused ${path} (${status})${said === '' ? '' : `: ${said}`}`;
  const wrong = (field: string, hint: string) => new UserError({ message: told, field, hint });
  if (passing.has(status) && !/insufficient_quota/.test(said)) {
    const seconds = Number(retryAfter);
    return new ServerFault(told, Number.isFinite(seconds) && seconds > 0 ? { retryAfterMs: seconds * 1000 } : {});
  }
  if (status === 401 || status === 403)
    return wrong(
      fields.apiKey,
      apiKey === undefined
        ? `The server wants a key: put it into an environment variable and name that in ${fields.apiKey}.`
        : `Check the key in the environment variable ${apiKey} of the workers.`,
    );
  if (status === 404)
    return wrong(fields.url, `Does ${fields.url} end in /v1? ${url}/models lists the models that are served.`);
  if (status >= 300 && status < 400) return wrong(fields.url, 'Give the address that the server redirects to.');
  if (/context|too long|maximum.{0,20}length|exceed/i.test(said))
    return wrong(
      'prompt',
      'Start the server with a longer context, or shorten prompts: prompt.sampleValues, prompt.shots, rollout.maxTokens.',
    );
  return wrong(fields.url, 'What the server said tells what it does not take: docs/rollout-server.md.');
}
