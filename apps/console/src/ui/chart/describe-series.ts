/** Charts of series in words and figures: for the tooltip, for a table, for those who cannot see the lines. */
import { nearest } from './aligned.ts';
import type { ChartMarker, ChartPoint, ChartSeries } from './chart-types.ts';
import type { DrawnSeries } from './drawn-lines.ts';

interface Formats {
  xLabel: string;
  formatX: (x: number) => string;
  formatY: (y: number) => string;
}

const mostRows = 12;

/** The values nearest to an x, largest first; members of a group are left out where there are many. */
export function tooltipAt(
  shown: readonly DrawnSeries[],
  markers: readonly ChartMarker[],
  x: number,
  formatY: (y: number) => string,
) {
  const main = shown.filter(({ series }) => series.memberOf === undefined);
  const listed = shown.length > mostRows && main.length > 0 ? main : shown;
  const found = listed.flatMap(({ series: { id, label }, color, line }) => {
    const index = nearest(line, x);
    if (index === null) return [];
    const [at, y] = line[index] as ChartPoint;
    return [{ id, label, color, y, at, value: formatY(y) }];
  });
  const at = found.reduce<number | null>(
    (best, row) => (best === null || Math.abs(row.at - x) < Math.abs(best - x) ? row.at : best),
    null,
  );
  const sorted = found.sort((left, right) => right.y - left.y);
  // Those within two hundredths of what can be seen would need the scale; the nearest point's own x is enough.
  return {
    x: at ?? x,
    rows: sorted.slice(0, mostRows),
    more: Math.max(0, sorted.length - mostRows),
    markers: markers.filter((marker) => marker.x === at),
  };
}

/** Of each series: points, last, lowest and highest value with where they are. */
export function rowsOf(series: readonly ChartSeries[], { xLabel, formatX, formatY }: Formats): string[][] {
  const say = (point: ChartPoint | undefined): string =>
    point === undefined ? '–' : `${formatY(point[1])} at ${xLabel} ${formatX(point[0])}`;
  return series.map(({ label, points }) => {
    const extreme = (isBetter: (one: number, other: number) => boolean): ChartPoint | undefined =>
      points.reduce<ChartPoint | undefined>(
        (best, point) => (best === undefined || isBetter(point[1], best[1]) ? point : best),
        undefined,
      );
    return [
      label,
      String(points.length),
      say(points.at(-1)),
      say(extreme((one, other) => one < other)),
      say(extreme((one, other) => one > other)),
    ];
  });
}

/** A sentence or two. */
export function describeSeries(series: readonly ChartSeries[], formats: Formats): string {
  const main = series.filter(({ memberOf, points }) => memberOf === undefined && points.length > 0);
  if (main.length === 0) return 'No points yet.';
  const said = main.slice(0, 3).map(({ label, points }) => {
    const [x, y] = points.at(-1) as ChartPoint;
    return `${label} is ${formats.formatY(y)} at ${formats.xLabel} ${formats.formatX(x)}`;
  });
  const rest = main.length > 3 ? `; and ${main.length - 3} more` : '';
  return `Lines over ${formats.xLabel}: ${said.join('; ')}${rest}.`;
}
