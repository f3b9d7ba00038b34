'use client';
/** Whether anything can be begun or changed now, and if not, why. */
import useSWR from 'swr';
import type { ConsoleState } from '../session/schemas.ts';

const pollMs = 5_000;

/** Null when writes are possible, also until the first answer. */
export function useWhyReadOnly(): string | null {
  const { data } = useSWR<ConsoleState>('/api/v1/state', { refreshInterval: pollMs });
  if (data === undefined || !data.readOnly) return null;
  if (data.role === 'viewer') return 'You may look at runs, not change them';
  return data.store === 'down' ? 'The store does not answer' : 'Temporal does not answer; it is tried again';
}
