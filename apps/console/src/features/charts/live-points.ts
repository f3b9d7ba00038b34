/** Joins points that came live to series that were read, so that each is there once. */
import type { PointsEvent } from '#live/schemas.ts';
import { streamOf } from '#live/stream-of.ts';
import type { RunSeries, SeriesAnswer } from './schemas.ts';

/** Points of runs that came after some series were read, by run and update: hearing one again changes nothing. */
export type LivePoints = ReadonlyMap<string, ReadonlyMap<number, PointsEvent['points'][number]>>;

export const noPoints: LivePoints = new Map();

export function withLivePoints(known: LivePoints, { runId, points }: PointsEvent): LivePoints {
  const own = new Map(known.get(runId));
  for (const point of points) {
    const before = own.get(point.update);
    own.set(point.update, { ...point, values: { ...before?.values, ...point.values } });
  }
  return new Map(known).set(runId, own);
}

/** Forgets the points of a run: it was taken back. */
export function withoutRun(known: LivePoints, runId: string): LivePoints {
  const next = new Map(known);
  next.delete(runId);
  return next;
}

/** What is not in the series that were read up to `positions`. */
export function unread(known: LivePoints, positions: SeriesAnswer['positions']): LivePoints {
  const kept = [...known].flatMap(([runId, points]) => {
    const { metrics = -1, dev = -1, test = -1 } = positions[runId] ?? {};
    const read = { metrics, dev, test };
    const own = [...points].filter(([update, { values }]) =>
      Object.keys(values).some((name) => update > read[streamOf(name)]),
    );
    return own.length === 0 ? [] : [[runId, new Map(own)] as const];
  });
  return new Map(kept);
}

export function countOf(known: LivePoints): number {
  return [...known.values()].reduce((sum, points) => sum + points.size, 0);
}

/**
 * The series with what came after their positions. A series that a run had no point of yet begins with its first; one that ends
 * before `to` of the zoom takes no more.
 */
export function joinLive(
  answer: SeriesAnswer,
  live: LivePoints,
  names: readonly string[],
  to: number | null,
): SeriesAnswer {
  if (live.size === 0) return answer;
  const series = answer.series.map((each) => {
    const points = after(answer, live, each.runId, each.name, to);
    return points.length === 0 ? each : extended(each, points);
  });
  const known = new Set(answer.series.map(({ runId, name }) => `${runId} ${name}`));
  for (const runId of live.keys())
    for (const name of names) {
      const points = known.has(`${runId} ${name}`) ? [] : after(answer, live, runId, name, to);
      const member = answer.members[runId];
      if (points.length === 0 || member === undefined) continue;
      series.push(
        extended({ runId, ...member, name, points: [], total: 0, last: null, lowest: null, highest: null }, points),
      );
    }
  return { ...answer, series };
}

type Point = [x: number, y: number];

function after(
  { x, positions }: SeriesAnswer,
  live: LivePoints,
  runId: string,
  name: string,
  to: number | null,
): Point[] {
  const position = positions[runId]?.[streamOf(name)] ?? -1;
  const points = [...(live.get(runId)?.values() ?? [])].filter(
    ({ update, values }) => update > position && name in values,
  );
  return points
    .sort((left, right) => left.update - right.update)
    .map((point): Point => [point[x], point.values[name] as number])
    .filter(([at]) => to === null || at <= to);
}

function extended(series: RunSeries, points: Point[]): RunSeries {
  const extreme = (from: Point | null, isBetter: (one: number, other: number) => boolean): Point | null =>
    points.reduce<Point | null>((best, point) => (best === null || isBetter(point[1], best[1]) ? point : best), from);
  // The last test is of an update before the newest.
  const all = [...series.points, ...points].sort((left, right) => left[0] - right[0]);
  return {
    ...series,
    points: all,
    total: series.total + points.length,
    last: all.at(-1) ?? null,
    lowest: extreme(series.lowest, (one, other) => one < other),
    highest: extreme(series.highest, (one, other) => one > other),
  };
}
