/** Moves the place on a chart's axis by keys, as the pointer does, and zooms around it. */
import type { KeyboardEvent, RefObject } from 'react';
import type uPlot from 'uplot';
import type { ChartRange } from './chart-types.ts';

interface CursorKeys {
  xs: readonly number[];
  plot: RefObject<uPlot | null>;
  hover: { x: number } | null;
  range: ChartRange | null;
  onRange: (range: ChartRange | null) => void;
}

/** Arrows by one point, with Shift or Page keys by ten; Home and End; + and − zoom; Escape shows all. */
export function useCursorKeys({ xs, plot, hover, range, onRange }: CursorKeys) {
  const visible = xs.filter((x) => range === null || (x >= range[0] && x <= range[1]));
  const moves: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowDown: -1,
    ArrowUp: 1,
    PageDown: -10,
    PageUp: 10,
    Home: -Infinity,
    End: Infinity,
  };
  const place = (x: number): void => {
    const chart = plot.current;
    if (chart === null) return;
    chart.setCursor({ left: chart.valToPos(x, 'x'), top: chart.bbox.height / devicePixelRatio / 2 });
  };
  const now = (): number => {
    const at = hover?.x ?? visible.at(-1) ?? 0;
    const index = visible.findIndex((x) => x >= at - 1e-9);
    return index < 0 ? visible.length - 1 : index;
  };
  const zoom = (factor: number): void => {
    const [low, high] = range ?? [xs[0] ?? 0, xs.at(-1) ?? 0];
    const centre = visible[now()] ?? (low + high) / 2;
    const next: ChartRange = [centre - (centre - low) * factor, centre + (high - centre) * factor];
    const isAll = next[0] <= (xs[0] ?? 0) && next[1] >= (xs.at(-1) ?? 0);
    onRange(isAll ? null : next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
    const move = moves[event.key];
    if (move !== undefined) {
      const step = event.shiftKey ? move * 10 : move;
      const index = Math.min(visible.length - 1, Math.max(0, now() + (hover === null && step === -1 ? 0 : step)));
      const x = visible[index];
      if (x !== undefined) place(x);
    } else if (event.key === '+' || event.key === '=') zoom(0.5);
    else if (event.key === '-') zoom(2);
    else if (event.key === 'Escape' && (range !== null || hover !== null)) {
      plot.current?.setCursor({ left: -10, top: -10 });
      onRange(null);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return { onKeyDown, onBlur: () => void plot.current?.setCursor({ left: -10, top: -10 }) };
}
