'use client';
/** Keys that do something on a page. None acts while somebody types, in a dialog, or together with Ctrl, Alt or Cmd. */
import { useEffect, useRef } from 'react';

/** `j`, `/`, `Escape`, or one key after another: `g r`. */
export type KeyBindings = Record<string, (event: KeyboardEvent) => void>;

const bound = new Set<{ current: KeyBindings }>();
/** How long the second key of two may take. */
const sequenceMs = 1200;
let first = { key: '', at: 0 };

/** Binds keys as long as the component is there; of several that bind a key, the last one acts. */
export function useKeys(keys: KeyBindings): void {
  const latest = useRef(keys);
  useEffect(() => {
    latest.current = keys;
  });
  useEffect(() => {
    if (bound.size === 0) window.addEventListener('keydown', act);
    bound.add(latest);
    return () => {
      bound.delete(latest);
      if (bound.size === 0) window.removeEventListener('keydown', act);
    };
  }, []);
}

function act(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isElsewhere(event.target)) return;
  const since = Date.now() - first.at;
  const both = since < sequenceMs && first.key !== '' ? `${first.key} ${event.key}` : '';
  const all = [...bound].reverse();
  const action =
    all.map(({ current }) => current[both]).find(Boolean) ?? all.map(({ current }) => current[event.key]).find(Boolean);
  const begins = all.some(({ current }) => Object.keys(current).some((key) => key.startsWith(`${event.key} `)));
  first = action === undefined && begins ? { key: event.key, at: Date.now() } : { key: '', at: 0 };
  if (action === undefined) return;
  event.preventDefault();
  action(event);
}

/** In a field, or in what lies over the page. */
function isElsewhere(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null)
    return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'submit'].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}
