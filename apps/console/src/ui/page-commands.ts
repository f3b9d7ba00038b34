'use client';
/** What the page that is open adds to the command palette. */
import { useEffect, useSyncExternalStore } from 'react';

export interface PageCommand {
  label: string;
  onSelect(): void;
}

const none: readonly PageCommand[] = [];
let present = none;
const listeners = new Set<() => void>();

function set(commands: readonly PageCommand[]): void {
  present = commands;
  for (const listener of listeners) listener();
}

/** Adds commands as long as the component is there. Keep the list stable (useMemo). */
export function usePageCommands(commands: readonly PageCommand[]): void {
  useEffect(() => {
    set(commands);
    return () => set(none);
  }, [commands]);
}

export function useCommandsOfPage(): readonly PageCommand[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => present,
    () => none,
  );
}
