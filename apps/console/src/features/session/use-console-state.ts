'use client';
/** Who uses the console and whether it can write now, asked again every few seconds. */
import useSWR from 'swr';
import type { ApiError } from '#ui/fetch-json.ts';
import type { ConsoleState } from './schemas.ts';

const everyMs = 4_000;

interface KnownState {
  /** Undefined before the first answer. */
  state: ConsoleState | undefined;
  /** The console itself does not answer, or nobody is signed in any more. */
  error: ApiError | undefined;
  /** Nothing can be begun or changed now: disable what writes. */
  readOnly: boolean;
}

export function useConsoleState(): KnownState {
  const { data, error } = useSWR<ConsoleState, ApiError>('/api/v1/state', {
    refreshInterval: everyMs,
    revalidateOnFocus: true,
    shouldRetryOnError: false,
  });
  return { state: data, error, readOnly: error !== undefined || data?.readOnly === true };
}
