/** The lines that a chart of series draws: bands first, then pale raw lines, members, and the main lines on top. */
import type { ChartPoint, ChartSeries } from './chart-types.ts';
import { seriesColor } from './colors.ts';
import { smooth } from './smoothing.ts';

export interface DrawnLine {
  points: readonly ChartPoint[];
  color: string;
  /** In [0, 1]. */
  strength: number;
  /** In CSS pixels; 0: an edge of a band, which is filled and not drawn. */
  width: number;
}

export interface DrawnSeries {
  series: ChartSeries;
  color: string;
  /** What the tooltip and the keyboard read: the smooth line where there is one. */
  line: readonly ChartPoint[];
}

export interface Drawing {
  lines: DrawnLine[];
  /** Pairs of places in `lines` that a band lies between: its upper and its lower edge. */
  bands: { edges: [high: number, low: number]; color: string; strength: number }[];
  shown: DrawnSeries[];
}

/** Series in the legend: members are hidden and shown with what they belong to. */
export function legendOf(series: readonly ChartSeries[]): { series: ChartSeries; color: string }[] {
  const ids = new Set(series.map(({ id }) => id));
  return series
    .filter(({ memberOf }) => memberOf === undefined || !ids.has(memberOf))
    .map((each, index) => ({ series: each, color: each.color ?? seriesColor(index) }));
}

/** `log` leaves out what has no logarithm. */
export function drawingOf(
  series: readonly ChartSeries[],
  { hidden, smoothing, log }: { hidden: ReadonlySet<string>; smoothing: number; log: boolean },
): Drawing {
  const colors = new Map(legendOf(series).map(({ series: { id }, color }) => [id, color]));
  const visible = (points: readonly ChartPoint[]): readonly ChartPoint[] =>
    log ? points.filter(([, y]) => y > 0) : points;
  const drawing: Drawing = { lines: [], bands: [], shown: [] };
  const [raw, members, main]: DrawnLine[][] = [[], [], []];
  for (const each of series) {
    const owner = colors.has(each.id) ? each.id : (each.memberOf ?? each.id);
    if (hidden.has(owner)) continue;
    const color = each.color ?? colors.get(owner) ?? seriesColor(0);
    const isMember = owner !== each.id;
    const points = visible(each.points);
    const line = smooth(points, isMember ? 0 : smoothing);
    if (isMember) members?.push({ points, color, strength: 0.4, width: 1 });
    else {
      if (smoothing > 0) raw?.push({ points, color, strength: 0.25, width: 1 });
      main?.push({ points: line, color, strength: 1, width: 1.75 });
    }
    drawing.shown.push({ series: each, color, line });
    if (each.band !== undefined && each.band.length > 0) addBand(drawing, each.band, color, visible);
  }
  drawing.lines.push(...(raw ?? []), ...(members ?? []), ...(main ?? []));
  return drawing;
}

function addBand(
  { lines, bands }: Drawing,
  band: NonNullable<ChartSeries['band']>,
  color: string,
  visible: (points: readonly ChartPoint[]) => readonly ChartPoint[],
): void {
  const edge = { color, strength: 0, width: 0 };
  lines.push({ ...edge, points: visible(band.map(([x, , high]): ChartPoint => [x, high])) });
  lines.push({ ...edge, points: visible(band.map(([x, low]): ChartPoint => [x, low])) });
  bands.push({ edges: [lines.length - 2, lines.length - 1], color, strength: 0.15 });
}
