/** Colours of charts: names of the theme, and what they are just now, as a canvas needs them. */
import { useSyncExternalStore } from 'react';

const paletteSize = 8;

/** CSS colour of the n-th series, 0-based; the palette repeats. */
export function seriesColor(index: number): string {
  return `var(--series-${(index % paletteSize) + 1})`;
}

/** Turns CSS colours, variables included, into what a canvas takes, with some of their strength. */
export function paintFor(element: HTMLElement): (color: string, strength?: number) => string {
  const found = new Map<string, string>();
  const resolve = (color: string): string => {
    const probe = document.createElement('span');
    probe.style.color = color;
    element.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  };
  return (color, strength = 1) => {
    const key = `${color} ${strength}`;
    const paint =
      found.get(key) ??
      resolve(strength === 1 ? color : `color-mix(in srgb, ${color} ${Math.round(strength * 100)}%, transparent)`);
    found.set(key, paint);
    return paint;
  };
}

function onTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['class', 'data-theme'] });
  return () => observer.disconnect();
}

/** Changes with the theme: what was painted has to be painted again. */
export function useTheme(): string {
  return useSyncExternalStore(
    onTheme,
    () => document.documentElement.className,
    () => '',
  );
}
