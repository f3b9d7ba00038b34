/** A client of a Temporal server. */
import { UserError } from '@queryloop/contracts';
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import { temporalAddress } from './temporal-address.ts';

/** Connects to host:port; namespace and encryption as the environment says, for workers alike. Throws UserError when nobody answers. */
export async function connectTo(address: string): Promise<Client> {
  const client = clientOf(address);
  try {
    await client.connection.ensureConnected();
    return client;
  } catch {
    await client.connection.close();
    throw new UserError({
      message: `Temporal at ${address} does not answer`,
      field: 'TEMPORAL_ADDRESS',
      hint: 'Start the server there, or unset TEMPORAL_ADDRESS to use the embedded one.',
    });
  }
}

/** As connectTo, for a server that may come later, go away and come back: calls fail while nobody answers. */
export function clientOf(address: string): Client {
  const { namespace, connection } = temporalAddress({ ...process.env, TEMPORAL_ADDRESS: address });
  const { tls, apiKey } = connection;
  const retries = new Retries();
  const options = {
    address,
    connectTimeout: '5 seconds' as const,
    interceptors: [retries.interceptor],
    // A server that is back is found within seconds, not after the two minutes that are the default.
    channelArgs: { 'grpc.max_reconnect_backoff_ms': 2_000 },
    ...(tls && { tls }),
    ...(apiKey && { apiKey }),
  } satisfies ConnectionOptions;
  const opened = Connection.lazy(options);
  const closeAtOnce = opened.close.bind(opened);
  opened.close = () => retries.end(closeAtOnce);
  return new Client({ connection: opened, namespace });
}

/**
 * Repeats calls that failed because the server was away, as the client does by itself, but none on a connection that is closed:
 * that throws in a timer, where nobody can catch it, and ends the command with a stack trace.
 */
class Retries {
  readonly #default = defaultGrpcRetryOptions();
  #ended = false;
  /** When the last of the calls that wait will be repeated. */
  #waitingUntilMs = 0;

  readonly interceptor = makeGrpcRetryInterceptor({
    retryableDecider: (attempt, status) => !this.#ended && this.#default.retryableDecider(attempt, status),
    delayFunction: (attempt, status) => {
      const delayMs = this.#default.delayFunction(attempt, status);
      this.#waitingUntilMs = Math.max(this.#waitingUntilMs, Date.now() + delayMs);
      return delayMs;
    },
  });

  /** Nothing is repeated any more. Closes once the calls that wait have been made, at most some seconds later; no command waits for it. */
  async end(close: () => Promise<void>): Promise<void> {
    this.#ended = true;
    const waitMs = this.#waitingUntilMs - Date.now();
    if (waitMs < 0) return await close();
    setTimeout(() => void close(), waitMs + 100).unref();
  }
}
