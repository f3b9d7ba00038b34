'use client';
/** How the charts of a page are looked at: in the address, so that a link shows the same. */
import { parseAsBoolean, parseAsFloat, parseAsStringLiteral, useQueryStates } from 'nuqs';
import { useMemo } from 'react';
import type { ChartRange } from '#ui/chart/chart-types.ts';
import type { XAxis } from './schemas.ts';

const axes = ['update', 'tokens', 'seconds'] as const satisfies readonly XAxis[];

export const mostSmoothing = 0.99;

/** What an address may say; what it says wrongly counts as not said. */
const parsers = {
  smooth: parseAsFloat.withDefault(0),
  log: parseAsBoolean.withDefault(false),
  x: parseAsStringLiteral(axes).withDefault('update'),
  from: parseAsFloat,
  to: parseAsFloat,
};

/** The look of all charts of the page, and how to change it. Another axis shows all of x again. */
export function useChartState() {
  const [{ smooth, log, x, from, to }, set] = useQueryStates(parsers, { history: 'replace', throttleMs: 100 });
  return useMemo(
    () => ({
      smoothing: Math.min(mostSmoothing, Math.max(0, smooth)),
      log,
      x,
      range: rangeOf(from, to),
      setSmoothing: (value: number) => void set({ smooth: value }),
      setLog: (value: boolean) => void set({ log: value }),
      setX: (value: XAxis) => void set({ x: value, from: null, to: null }),
      setRange: (range: ChartRange | null) => void set({ from: range?.[0] ?? null, to: range?.[1] ?? null }),
      reset: () => void set(null),
    }),
    [smooth, log, x, from, to, set],
  );
}

function rangeOf(from: number | null, to: number | null): ChartRange | null {
  return from === null || to === null || !(from < to) ? null : [from, to];
}
