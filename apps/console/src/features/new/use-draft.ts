'use client';
/** The text being written, kept in the browser until it is launched, so that a reload or a wrong turn loses nothing. */
import { useCallback, useEffect, useState } from 'react';

/** `key` says what the text began as; `start` is that text. */
export function useDraft(
  key: string,
  start: string,
): { text: string; setText(text: string): void; isChanged: boolean; reset(): void } {
  const [text, setText] = useState(start);
  const name = `queryloop-draft:${key}`;
  useEffect(() => setText(sessionStorage.getItem(name) ?? start), [name, start]);
  const change = useCallback(
    (changed: string) => {
      setText(changed);
      try {
        sessionStorage.setItem(name, changed);
      } catch {
        // Megabytes that were pasted do not fit; what was kept before is no longer what is written.
        sessionStorage.removeItem(name);
      }
    },
    [name],
  );
  const reset = useCallback(() => {
    sessionStorage.removeItem(name);
    setText(start);
  }, [name, start]);
  return { text, setText: change, isChanged: text !== start, reset };
}
