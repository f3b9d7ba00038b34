/** Tries requests again while a server is away, with growing pauses, until it has been away for too long. */
import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import { ServerFault } from './server-fault.ts';

export interface PatienceOptions {
  patienceMs: number;
  /** The same for a server that nobody has ever been found at; left out, patienceMs. */
  absentMs?: number | undefined;
  signal: AbortSignal;
  /** First pause; it doubles up to 10 s. */
  pauseMs?: number;
}

export interface Patience {
  /** Throws the last ServerFault when the server's time is over, other errors at once. */
  attempt<T>(request: () => Promise<T>): Promise<T>;
  /** The fault since which nothing was answered, and how long that may go on; undefined while all is well. */
  trouble(): { error: ServerFault; sinceMs: number; limitMs: number } | undefined;
}

/** One for all requests to a server: an answer to any of them means that it is there. */
export function openPatience({ patienceMs, absentMs = patienceMs, signal, pauseMs = 500 }: PatienceOptions): Patience {
  let away: { error: ServerFault; since: number } | undefined;
  let met = false;
  const limitMs = () => (met ? patienceMs : Math.min(absentMs, patienceMs));
  const note = (error: ServerFault, begun: number) => {
    met ||= !error.absent;
    // the wait for a connection counts, that for an answer does not: it may rightly be long
    away = { error, since: away?.since ?? (error.absent ? begun : performance.now()) };
  };
  return {
    attempt: (request) => {
      let begun = 0;
      return pRetry(
        async () => {
          begun = performance.now();
          const answer = await request();
          away = undefined;
          met = true;
          return answer;
        },
        {
          ...{ retries: Number.POSITIVE_INFINITY, factor: 2, minTimeout: pauseMs, maxTimeout: 10_000, signal },
          onFailedAttempt: async ({ error }) => {
            if (!(error instanceof ServerFault)) return;
            note(error, begun);
            if (error.retryAfterMs !== undefined)
              await sleep(Math.min(error.retryAfterMs, patienceMs), undefined, { signal });
          },
          shouldRetry: ({ error }) =>
            error instanceof ServerFault && performance.now() - (away?.since ?? performance.now()) < limitMs(),
        },
      );
    },
    trouble: () => away && { error: away.error, sinceMs: performance.now() - away.since, limitMs: limitMs() },
  };
}
