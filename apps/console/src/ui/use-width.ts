'use client';
/** The width of an element as it changes. */
import { type RefObject, useEffect, useState } from 'react';

/** In CSS pixels; null before it is known. */
export function useWidth(element: RefObject<HTMLElement | null>): number | null {
  const [width, setWidth] = useState<number | null>(null);
  useEffect(() => {
    if (element.current === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry ? Math.floor(entry.contentRect.width) : null));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
