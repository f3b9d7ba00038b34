'use client';
/** On a narrow screen the present one of many links may be out of sight: this scrolls their bar to it, sideways only. */
import { type RefObject, useEffect } from 'react';

/** `path`: the page's, on whose change the bar is scrolled again. */
export function usePresentInSight(bar: RefObject<HTMLElement | null>, path: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: the path decides which link is the present one
  useEffect(() => {
    const link = bar.current?.querySelector('[aria-current="page"]');
    if (!bar.current || !link) return;
    const [place, shown] = [link.getBoundingClientRect(), bar.current.getBoundingClientRect()];
    bar.current.scrollLeft += place.left + place.width / 2 - (shown.left + shown.width / 2);
  }, [bar, path]);
}
