'use client';
/** Parts of a whole over an axis, on top of each other: outcome classes over updates. */
import 'uplot/dist/uPlot.min.css';
import './chart.css';
import { type KeyboardEvent, useMemo, useState } from 'react';
import { number, percent } from '../format.ts';
import { align, nearest } from './aligned.ts';
import { ChartFigure } from './chart-figure.tsx';
import { ChartTable } from './chart-table.tsx';
import { ChartTooltip } from './chart-tooltip.tsx';
import type { ChartState } from './chart-types.ts';
import { seriesColor } from './colors.ts';
import { Legend } from './legend.tsx';
import { plotOptions } from './plot-options.ts';
import { type Layer, layerAt, stack } from './stacked.ts';
import { useCursorKeys } from './use-cursor-keys.ts';
import { usePlot } from './use-plot.ts';
import { useWidth } from './use-size.ts';

export interface StackedAreaProps {
  title: string;
  description?: string;
  xLabel: string;
  /** Ascending, e.g. updates. */
  x: readonly number[];
  /** Bottom first. */
  layers: readonly Layer[];
  /** Every x sums to 100 %. */
  share?: boolean;
  /** A click, or Enter at the place of the keyboard: there, the largest layer. */
  onSelect?: (x: number, layerId: string) => void;
  syncKey?: string;
  height?: number;
  state?: ChartState;
  emptyText?: string;
}

/** Rows of the table; of a longer axis every n-th. */
const mostRows = 100;

export function StackedArea(props: StackedAreaProps) {
  const { title, xLabel, x, layers, share = false, onSelect, syncKey, height = 220, state } = props;
  const { emptyText = 'Nothing to draw yet' } = props;
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [hover, setHover] = useState<{ x: number; left: number } | null>(null);
  const colored = useMemo(
    () => layers.map((layer, index) => ({ ...layer, color: layer.color ?? seriesColor(index) })),
    [layers],
  );
  const shown = useMemo(() => colored.filter(({ id }) => !hidden.has(id)), [colored, hidden]);
  const edges = useMemo(() => stack(x, shown, share), [x, shown, share]);
  // The axis itself is the lowest edge.
  const drawn = useMemo(() => [x.map((at): [number, number] => [at, 0]), ...edges], [x, edges]);
  const data = useMemo(() => align(drawn), [drawn]);
  const { ref, element, width } = useWidth();
  const isEmpty = x.length === 0 || layers.length === 0;
  const formatY = share ? (y: number) => percent(y, 0) : number;

  const plot = usePlot(element, {
    ...{ width, height, data },
    looks: JSON.stringify([shown.map(({ id, color }) => [id, color]), share, xLabel, isEmpty]),
    options: (paint) =>
      plotOptions(
        {
          lines: drawn.map((points, index) => {
            const color = shown[index - 1]?.color ?? 'transparent';
            return { points, color, strength: 0.9, width: index === 0 ? 0 : 1 };
          }),
          bands: shown.map(({ color }, index) => ({ edges: [index + 1, index], color, strength: 0.55 })),
        },
        {
          ...{ xLabel, yLabel: undefined, log: false, height, width, syncKey, markers: [], range: null },
          ...{ formatX: number, formatY, paint, onRange: () => undefined, onHover: setHover },
        },
      ),
  });

  const index = hover === null ? null : nearest(drawn[0] ?? [], hover.x);
  const sum = shown.reduce((all, { values }) => all + (values[index ?? -1] ?? 0), 0);
  const rows = index === null ? [] : shown.map((layer) => rowAt(layer, index, sum)).reverse();
  const { onKeyDown, onBlur } = useCursorKeys({ xs: x, plot, hover, range: null, onRange: () => undefined });
  const select = (place: number, layer: number | null): void => {
    const found = layer === null ? undefined : shown[layer];
    const at = x[place];
    if (found !== undefined && at !== undefined) onSelect?.(at, found.id);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter') onKeyDown(event);
    if (event.key !== 'Enter' || index === null) return;
    const largest = shown.reduce(
      (best, { values }, i) => ((values[index] ?? 0) > (shown[best]?.values[index] ?? 0) ? i : best),
      0,
    );
    select(index, largest);
  };
  const every = Math.ceil(x.length / mostRows);

  return (
    <ChartFigure
      title={title}
      description={
        props.description ?? `${layers.map(({ label }) => label).join(', ')} over ${xLabel}, on top of each other.`
      }
      {...(state && { state })}
      {...{ isEmpty, emptyText, height }}
      legend={<Legend items={colored} hidden={hidden} onHidden={setHidden} />}
      table={() => (
        <ChartTable
          caption={title}
          head={[xLabel, ...layers.map(({ label }) => label)]}
          rows={x.flatMap((at, i) =>
            i % every === 0 ? [[number(at), ...layers.map(({ values }) => number(values[i]))]] : [],
          )}
        />
      )}
    >
      <div className="relative">
        <div
          className={onSelect ? 'cursor-pointer touch-pan-y' : 'touch-pan-y'}
          role="slider"
          tabIndex={0}
          aria-label={`${title}: place on the axis`}
          aria-valuemin={x[0] ?? 0}
          aria-valuemax={x.at(-1) ?? 0}
          aria-valuenow={(index === null ? x.at(-1) : x[index]) ?? 0}
          aria-valuetext={[
            `${xLabel} ${number(index === null ? x.at(-1) : x[index])}`,
            ...rows.map(({ label, value }) => `${label}: ${value}`),
          ].join(', ')}
          onKeyDown={onKey}
          onBlur={onBlur}
          onClick={() => {
            const chart = plot.current;
            const { left = -1, top = -1 } = chart?.cursor ?? {};
            if (chart === null || left < 0) return;
            const place = nearest(drawn[0] ?? [], chart.posToVal(left, 'x'));
            if (place !== null) select(place, layerAt(edges, place, chart.posToVal(top, 'y')));
          }}
        >
          <div ref={ref} style={{ height }} />
        </div>
        {hover !== null && index !== null && (
          <ChartTooltip
            left={hover.left}
            width={width}
            title={`${xLabel} ${number(x[index])}`}
            rows={rows}
            more={0}
            markers={[]}
          />
        )}
      </div>
    </ChartFigure>
  );
}

function rowAt({ id, label, color, values }: Layer & { color: string }, index: number, sum: number) {
  const own = values[index] ?? 0;
  return { id, label, color, value: sum === 0 ? number(own) : `${number(own)} (${percent(own / sum, 0)})` };
}
