'use client';
/** Follows runs from a component: one connection for the whole page. */
import { useEffect, useRef, useSyncExternalStore } from 'react';
import { readCursor } from './cursor.ts';
import { LiveConnection, type LiveHandlers, type LiveState } from './live-connection.ts';

let shared: LiveConnection | undefined;

function connection(): LiveConnection {
  if (shared === undefined) {
    const made = new LiveConnection((address) => new EventSource(address));
    window.addEventListener('online', () => made.retry());
    shared = made;
  }
  return shared;
}

const onState = (listener: () => void): (() => void) => connection().onState(listener);
const stateNow = (): LiveState => connection().state;
const stateOnServer = (): LiveState => 'connecting';

/**
 * Calls the handlers while the component is shown; they may be new functions each time. `after` holds cursors of what was read
 * already (of `positions` in the answer of /api/v1/series), to be given what came after it: null waits for them.
 */
export function useLive(
  runIds: readonly string[] | '*',
  handlers: LiveHandlers,
  after: readonly string[] | null = [],
): { state: LiveState } {
  const latest = useRef(handlers);
  useEffect(() => {
    latest.current = handlers;
  });
  const runs = runIds === '*' ? '*' : runIds.join(',');
  const cursor = after?.join(',') ?? null;
  useEffect(() => {
    if (runs === '' || cursor === null) return;
    return connection().subscribe({
      runIds: runs === '*' ? '*' : runs.split(','),
      handlers: () => latest.current,
      after: readCursor(cursor),
    });
  }, [runs, cursor]);
  return { state: useSyncExternalStore(onState, stateNow, stateOnServer) };
}
