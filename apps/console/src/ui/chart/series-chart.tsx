'use client';
/** Series of many runs over one axis: lines with bands and members, smoothed or on a log scale, with markers and zoom. */
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { useMemo, useRef, useState } from 'react';
import { number } from '../format.ts';
import { align } from './aligned.ts';
import { ChartFigure } from './chart-figure.tsx';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import type { ChartMarker, ChartRange, ChartSeries, ChartState } from './chart-types.ts';
import { describeSeries, rowsOf, tooltipAt } from './describe-series.ts';
import { drawingOf, legendOf } from './drawn-lines.ts';
import { Legend } from './legend.tsx';
import { plotOptions } from './plot-options.ts';
import { useCursorKeys } from './use-cursor-keys.ts';
import { usePlot } from './use-plot.ts';
import { useWidth } from './use-size.ts';

export interface SeriesChartProps {
  title: string;
  /** One sentence for those who cannot see it; made from the series when left out. */
  description?: string;
  series: readonly ChartSeries[];
  markers?: readonly ChartMarker[];
  /** What x counts: update, tokens, seconds. */
  xLabel: string;
  yLabel?: string;
  /** 0 … 0.99; see `smooth`. */
  smoothing?: number;
  /** Logarithmic y. */
  log?: boolean;
  /** The part of x that is shown; null for all. Left out, the chart keeps it itself. */
  range?: ChartRange | null;
  onRange?: (range: ChartRange | null) => void;
  /** Charts with the same key share the place under the pointer. */
  syncKey?: string;
  height?: number;
  state?: ChartState;
  emptyText?: string;
  formatX?: (x: number) => string;
  formatY?: (y: number) => string;
}

const noMarkers: readonly ChartMarker[] = [];

export function SeriesChart({
  title,
  series,
  markers = noMarkers,
  xLabel,
  yLabel,
  smoothing = 0,
  log = false,
  syncKey,
  height = 220,
  state,
  emptyText = 'Nothing to draw yet',
  formatX = number,
  formatY = number,
  ...rest
}: SeriesChartProps) {
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [ownRange, setOwnRange] = useState<ChartRange | null>(null);
  const [hover, setHover] = useState<{ x: number; left: number } | null>(null);
  const range = rest.range === undefined ? ownRange : rest.range;
  const onRange = rest.onRange ?? setOwnRange;
  const latestOnRange = useRef(onRange);
  latestOnRange.current = onRange;

  const drawing = useMemo(() => drawingOf(series, { hidden, smoothing, log }), [series, hidden, smoothing, log]);
  const data = useMemo(() => align(drawing.lines.map(({ points }) => points)), [drawing]);
  const { ref, element, width } = useWidth();
  const isEmpty = series.every(({ points }) => !points.some(([, y]) => !log || y > 0));
  const lines = drawing.lines.map(({ color, strength, points }) => [color, strength, points.length <= 40]);
  const looks = JSON.stringify([lines, drawing.bands, log, range, markers, xLabel, yLabel, isEmpty]);
  const plot = usePlot(element, {
    ...{ width, height, looks, data },
    options: (paint) =>
      plotOptions(drawing, {
        ...{ xLabel, yLabel, log, height, width, syncKey, markers, range, formatX, formatY, paint },
        onRange: (next) => latestOnRange.current(next),
        onHover: setHover,
      }),
  });
  const titleOf = (x: number): string => `${xLabel} ${formatX(x)}`;
  const keys = useCursorKeys({ xs: data[0], plot, hover, range, onRange });
  const tooltip = hover === null ? null : tooltipAt(drawing.shown, markers, hover.x, formatY);

  return (
    <ChartFigure
      title={title}
      description={rest.description ?? describeSeries(series, { xLabel, formatX, formatY })}
      {...(state && { state })}
      {...{ isEmpty, emptyText, height }}
      legend={
        <Legend
          hidden={hidden}
          onHidden={setHidden}
          items={legendOf(series).map(({ series: { id, label, points }, color }) => {
            const last = points.at(-1);
            return { id, label, color, ...(last && { value: formatY(last[1]) }) };
          })}
        />
      }
      table={() => (
        <ChartTable
          caption={title}
          head={['series', 'points', 'last', 'lowest', 'highest']}
          rows={rowsOf(series, { xLabel, formatX, formatY })}
        />
      )}
    >
      <div className="relative">
        <div
          className="touch-pan-y"
          role="slider"
          tabIndex={0}
          aria-label={`${title}: place on the axis; + and − zoom, Escape shows all`}
          aria-valuemin={data[0][0] ?? 0}
          aria-valuemax={data[0].at(-1) ?? 0}
          aria-valuenow={tooltip?.x ?? data[0].at(-1) ?? 0}
          aria-valuetext={
            tooltip === null
              ? `${xLabel} ${formatX(data[0].at(-1) ?? 0)}`
              : [titleOf(tooltip.x), ...tooltip.rows.map(({ label, value }) => `${label}: ${value}`)].join(', ')
          }
          {...keys}
        >
          <div ref={ref} style={{ height }} />
          {hover !== null && tooltip !== null && tooltip.rows.length > 0 && (
            <ChartTooltip left={hover.left} width={width} title={titleOf(tooltip.x)} {...tooltip} />
          )}
        </div>
        {range !== null && (
          <button
            type="button"
            className="absolute top-0 right-2 rounded bg-sunken px-2 py-0.5 text-xs text-ink-soft hover:text-ink"
            onClick={() => onRange(null)}
          >
            Show all
          </button>
        )}
      </div>
    </ChartFigure>
  );
}
