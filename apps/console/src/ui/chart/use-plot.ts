'use client';
/** Keeps a uPlot chart in an element: made anew when its looks change, given new data otherwise. */
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import type { Aligned } from './aligned.ts';
import { paintFor, useTheme } from './colors.ts';

/**
 * `options` is asked for when `looks` changes, the theme does, or the place has got a width; `data` is what the options' series
 * are. Gives the chart as it stands, null before it is drawn.
 */
export function usePlot(
  place: HTMLElement | null,
  {
    width,
    height,
    looks,
    data,
    options,
  }: {
    width: number;
    height: number;
    looks: string;
    data: Aligned;
    options: (paint: ReturnType<typeof paintFor>) => uPlot.Options;
  },
): React.RefObject<uPlot | null> {
  const plot = useRef<uPlot | null>(null);
  const drawn = useRef<Aligned | null>(null);
  const latest = useRef({ data, options, width, height });
  latest.current = { data, options, width, height };
  const theme = useTheme();
  const hasWidth = width > 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: looks and theme say when the latest options differ
  useEffect(() => {
    if (place === null || !hasWidth) return;
    const now = latest.current;
    const made = new uPlot(now.options(paintFor(place)), now.data as uPlot.AlignedData, place);
    plot.current = made;
    drawn.current = now.data;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [place, hasWidth, looks, theme]);

  useEffect(() => {
    if (drawn.current === data) return;
    drawn.current = data;
    plot.current?.setData(data as uPlot.AlignedData);
  }, [data]);

  useEffect(() => {
    const chart = plot.current;
    if (chart !== null && width > 0 && (chart.width !== width || chart.height !== height))
      chart.setSize({ width, height });
  }, [width, height]);

  return plot;
}
