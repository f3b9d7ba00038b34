/** Series of runs for charts: read in few queries, thinned without losing an extreme, averaged over seeds. */
import { downsampleMinMax, meanBand } from '@queryloop/stats';
import type { SeriesMember, Store } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import { writeCursor } from '#live/cursor.ts';
import type { GroupSeries, RunSeries, SeriesAnswer, SeriesNames, SeriesQuery } from './schemas.ts';
import { axisOf, type Curve, cut, updatesOf } from './x-axis.ts';

/** @throws ApiProblem 404 for a run that is not stored */
export async function readSeries(store: Store, query: SeriesQuery): Promise<SeriesAnswer> {
  const { runs, names, x } = query;
  const members = new Map((await membersOf(store, runs)).map((member) => [member.runId, member]));
  // Before the points: whoever goes on from a position may get what is here already, but never misses any.
  const positions = await store.feed.positions(runs);
  const place = await axisOf(store, x, runs);
  const stored = await store.series.read(runs, names, updatesOf(x, query));
  const curves = stored.map((series) => ({
    member: members.get(series.runId) as SeriesMember,
    name: series.name,
    curve: place(series),
  }));
  return {
    x,
    series: curves.map(({ member, name, curve }) => runSeries(member, name, curve, query)),
    groups: query.group === undefined ? [] : groupsOf(curves, query),
    members: Object.fromEntries(
      [...members.values()].map(({ runId, seed, experiment }) => [runId, { seed, experimentId: experiment.id }]),
    ),
    positions: Object.fromEntries(
      [...positions].map(([runId, position]) => {
        const { metrics, dev, test } = position;
        return [runId, { metrics, dev, test, cursor: writeCursor(new Map([[runId, position]])) }];
      }),
    ),
  };
}

/** @throws ApiProblem 404 for a run that is not stored */
export async function readSeriesNames(store: Store, runIds: readonly string[]): Promise<SeriesNames> {
  await membersOf(store, runIds);
  const items = await store.series.names(runIds);
  return { items, total: items.length };
}

async function membersOf(store: Store, runIds: readonly string[]): Promise<SeriesMember[]> {
  const members = await store.series.members(runIds);
  const known = new Set(members.map(({ runId }) => runId));
  const unknown = runIds.find((runId) => !known.has(runId));
  if (unknown !== undefined) throw notFound(`run ${unknown}`, 'GET /api/v1/runs lists those that are');
  return members;
}

type Point = [x: number, y: number];

function runSeries(
  { runId, seed, experiment }: SeriesMember,
  name: string,
  curve: Curve,
  query: SeriesQuery,
): RunSeries {
  const [start, end] = cut(curve.xs, query);
  const [xs, ys] = [curve.xs.slice(start, end), curve.ys.slice(start, end)];
  const at = (index: number): Point => [xs[index] as number, ys[index] as number];
  const first = (isBetter: (one: number, other: number) => boolean): Point | null =>
    ys.length === 0 ? null : at(ys.reduce((best, y, index) => (isBetter(y, ys[best] as number) ? index : best), 0));
  return {
    runId,
    seed,
    experimentId: experiment.id,
    name,
    points: downsampleMinMax(ys, query.points).map(at),
    total: xs.length,
    last: xs.length === 0 ? null : at(xs.length - 1),
    lowest: first((one, other) => one < other),
    highest: first((one, other) => one > other),
  };
}

interface MemberCurve {
  member: SeriesMember;
  name: string;
  curve: Curve;
}

function groupsOf(curves: readonly MemberCurve[], query: SeriesQuery): GroupSeries[] {
  const experiments = [...new Map(curves.map(({ member: { experiment } }) => [experiment.id, experiment])).values()];
  return experiments.flatMap(({ id, name: label }) =>
    query.names.flatMap((name) => {
      const own = curves.filter(({ member, ...each }) => member.experiment.id === id && each.name === name);
      if (own.length === 0) return [];
      const runIds = own.map(({ member }) => member.runId);
      return [{ experimentId: id, label, name, runIds, ...meanOf(own, query) }];
    }),
  );
}

/** Seeds are compared at the same update; what they had spent there is averaged too. */
function meanOf(members: readonly MemberCurve[], query: SeriesQuery): Pick<GroupSeries, 'points' | 'band'> {
  const over = (values: 'xs' | 'ys') =>
    meanBand(members.map(({ curve }) => curve.updates.map((update, i): Point => [update, curve[values][i] as number])));
  const means = over('ys');
  // Where a run has ended the others may have spent less: x never goes back.
  let reached = -Infinity;
  const xs = over('xs').map(({ mean }) => (reached = Math.max(reached, mean)));
  const [start, end] = cut(xs, query);
  const kept = downsampleMinMax(
    means.slice(start, end).map(({ mean }) => mean),
    query.points,
  );
  const points: Point[] = [];
  const band: GroupSeries['band'] = [];
  for (const index of kept.map((place) => place + start)) {
    const [x, { mean, error }] = [xs[index] as number, means[index] as (typeof means)[number]];
    points.push([x, mean]);
    if (error !== null) band.push([x, mean - error, mean + error]);
  }
  return { points, band };
}
