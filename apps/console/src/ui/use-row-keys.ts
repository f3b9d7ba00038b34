'use client';
/** Keys of a table: j and k move from row to row, Enter opens, x selects, e opens a group. */
import { type RefObject, useRef } from 'react';
import { useKeys } from './key-bindings.ts';

interface RowKeys {
  /** Ids of the rows, in order; the link or button of each has it as data-row. */
  keys: readonly string[];
  /** Brings a row into the document if it is not drawn. */
  reveal?(index: number): void;
  select?(key: string): void;
  toggle?(key: string): void;
  clear?(): void;
}

export function useRowKeys(
  within: RefObject<HTMLElement | null>,
  { keys, reveal, select, toggle, clear }: RowKeys,
): void {
  const last = useRef<string | null>(null);
  const present = (): string | null => {
    const row = document.activeElement?.closest('tr')?.querySelector<HTMLElement>('[data-row]');
    return row?.dataset['row'] ?? null;
  };
  const focus = (key: string): boolean => {
    const link = within.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(key)}"]`);
    link?.focus();
    link?.scrollIntoView({ block: 'nearest' });
    return link !== null && link !== undefined;
  };
  const move = (by: number): void => {
    const from = keys.indexOf(present() ?? last.current ?? '');
    const index = from === -1 ? (by > 0 ? 0 : keys.length - 1) : Math.min(keys.length - 1, Math.max(0, from + by));
    const key = keys[index];
    if (key === undefined) return;
    last.current = key;
    reveal?.(index);
    if (!focus(key)) requestAnimationFrame(() => requestAnimationFrame(() => focus(key)));
  };
  const onPresent = (action: (key: string) => void) => () => {
    const key = present();
    if (key !== null) action(key);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    ...(select && { x: onPresent(select) }),
    ...(toggle && { e: onPresent(toggle) }),
    ...(clear && { Escape: clear }),
  });
}
