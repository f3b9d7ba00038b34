/** An element and its width as it is laid out; the element may come later, or be another one after a while. */
import { useEffect, useState } from 'react';

/** `width` is 0 until it is known. */
export function useWidth(): { ref: (element: HTMLElement | null) => void; element: HTMLElement | null; width: number } {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element);
    return () => observer.disconnect();
  }, [element]);
  return { ref: setElement, element, width };
}
