/** How uPlot draws the charts of this console: calm axes in the colours of the theme, zoom by dragging, markers. */
import uPlot from 'uplot';
import type { ChartMarker, ChartRange } from './chart-types.ts';
import type { Drawing } from './drawn-lines.ts';

export interface PlotSettings {
  xLabel: string;
  yLabel: string | undefined;
  log: boolean;
  height: number;
  width: number;
  syncKey: string | undefined;
  markers: readonly ChartMarker[];
  /** Null: all of x. */
  range: ChartRange | null;
  formatX: (x: number) => string;
  formatY: (y: number) => string;
  paint: (color: string, strength?: number) => string;
  /** Of a dragged selection; null for a double click. */
  onRange: (range: ChartRange | null) => void;
  /** x under the pointer, or of a synchronised chart; null when it has left. */
  onHover: (hover: { x: number; left: number } | null) => void;
}

const font = '11px "Inter Variable", ui-sans-serif, system-ui, sans-serif';
/** Up to so many points of a line are shown as dots too. */
const mostDots = 40;

export const markerColors: Record<ChartMarker['kind'], string> = {
  retry: 'var(--warn)',
  lost: 'var(--bad)',
  resume: 'var(--info)',
  change: 'var(--accent)',
  note: 'var(--ink-faint)',
};

export function plotOptions({ lines, bands }: Pick<Drawing, 'lines' | 'bands'>, settings: PlotSettings): uPlot.Options {
  const { xLabel, yLabel, log, height, width, syncKey, range, formatX, formatY, paint } = settings;
  const axis: uPlot.Axis = {
    font,
    stroke: paint('var(--ink-faint)'),
    grid: { stroke: paint('var(--line)'), width: 1 },
    ticks: { show: false },
    gap: 4,
  };
  const named = (label: string | undefined) =>
    label === undefined ? {} : { label, labelSize: 16, labelGap: 0, labelFont: font };
  return {
    width,
    height,
    padding: [8, 14, 0, 0],
    legend: { show: false },
    focus: { alpha: 1 },
    scales: {
      x: { time: false, range: (_, low, high) => (range === null ? padded(low, high) : [...range]) },
      y: log ? { distr: 3 } : { range: (_, low, high) => roomy(low, high) },
    },
    axes: [
      { ...axis, ...named(xLabel), grid: { show: false }, size: 24, values: (_, ticks) => ticks.map(formatX) },
      {
        ...axis,
        ...named(yLabel),
        size: axisSize,
        ...(log && { grid: { ...axis.grid, filter: (_: uPlot, splits: number[]) => splits.map(powerOfTen) } }),
        values: (_, ticks) => ticks.map((tick) => (tick === null ? '' : formatY(tick))),
      },
    ],
    series: [
      {},
      ...lines.map(({ points, color, strength, width: lineWidth }): uPlot.Series => {
        const stroke = paint(color, strength);
        const isEdge = lineWidth === 0;
        return {
          ...(!isEdge && { stroke, width: lineWidth }),
          points: { show: !isEdge && strength === 1 && points.length <= mostDots, size: 4, fill: stroke },
        };
      }),
    ],
    bands: bands.map(({ edges: [high, low], color, strength }) => ({
      series: [high + 1, low + 1],
      fill: paint(color, strength),
    })),
    cursor: {
      y: false,
      points: { show: false },
      drag: { x: true, y: false, setScale: false },
      bind: {
        dblclick: () => () => {
          settings.onRange(null);
          return null;
        },
      },
      ...(syncKey !== undefined && { sync: { key: syncKey, scales: ['x', null] } }),
    },
    hooks: {
      setCursor: [
        (plot) => {
          const left = plot.cursor.left ?? -1;
          settings.onHover(
            left < 0 ? null : { x: plot.posToVal(left, 'x'), left: left + plot.bbox.left / devicePixelRatio },
          );
        },
      ],
      setSelect: [
        (plot) => {
          const { left, width: selected } = plot.select;
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (selected < 3) return;
          settings.onRange([plot.posToVal(left, 'x'), plot.posToVal(left + selected, 'x')]);
        },
      ],
      draw: [(plot) => drawMarkers(plot, settings)],
    },
  };
}

/** A line that is level stands in the middle; others have some room above and below. */
function roomy(low: number | null, high: number | null): uPlot.Range.MinMax {
  if (low === null || high === null) return [0, 1];
  return low === high
    ? [low - (Math.abs(low) / 2 || 1), high + (Math.abs(high) / 2 || 1)]
    : uPlot.rangeNum(low, high, 0.1, true);
}

/** A log scale has a line at these only. */
function powerOfTen(split: number): number | null {
  const power = Math.log10(split);
  return Math.abs(power - Math.round(power)) < 1e-9 ? split : null;
}

/** One point alone would have no width. */
function padded(low: number, high: number): [number, number] {
  return low === high ? [low - 1, high + 1] : [low, high];
}

/** As wide as the longest label. */
function axisSize(plot: uPlot, labels: string[] | null): number {
  const longest = (labels ?? []).reduce((most, label) => (label.length > most.length ? label : most), '');
  plot.ctx.save();
  plot.ctx.font = font;
  const { width } = plot.ctx.measureText(longest);
  plot.ctx.restore();
  return Math.ceil(width) + 14;
}

function drawMarkers(plot: uPlot, { markers, paint }: PlotSettings): void {
  const { ctx, bbox } = plot;
  ctx.save();
  for (const { x, kind } of markers) {
    const left = plot.valToPos(x, 'x', true);
    if (left < bbox.left || left > bbox.left + bbox.width) continue;
    ctx.strokeStyle = ctx.fillStyle = paint(markerColors[kind], 0.8);
    ctx.lineWidth = devicePixelRatio;
    ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(left, bbox.top);
    ctx.lineTo(left, bbox.top + bbox.height);
    ctx.stroke();
    ctx.beginPath();
    ctx.arc(left, bbox.top, 3 * devicePixelRatio, 0, 2 * Math.PI);
    ctx.fill();
  }
  ctx.restore();
}
