'use client';
/** The time of day, for what grows older on the page. */
import { useSyncExternalStore } from 'react';

const everyMs = 15_000;
let present = 0;
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    present = Date.now();
    for (const each of listeners) each();
  }, everyMs);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    present = 0;
  };
}

/** Milliseconds since 1970, renewed every quarter of a minute; null on the server, whose clock is another. */
export function useNow(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => (present ||= Date.now()),
    () => null,
  );
}
