/** Series of runs for charts: read in few queries, thinned without losing an extreme, averaged over seeds. */
import { downsampleMinMax, meanBand } from '@queryloop/stats';
import type { SeriesMember, Store } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import { writeCursor } from '#live/cursor.ts';
import type { GroupSeries, RunSeries, SeriesAnswer, SeriesNames, SeriesQuery } from './schemas.ts';
import { axisOf, type Curve, cut, updatesOf } from './x-axis.ts';

/** @throws ApiProblem 404 for a run that is not stored */
export async function readSeries(store: Store, query: SeriesQuery): Promise<SeriesAnswer> {
  const { runs, names, x, points } = query;
  const members = new Map((await membersOf(store, runs)).map((member) => [member.runId, member]));
  // Before the points: whoever goes on from a position may get what is here already, but never misses any.
  const positions = await store.feed.positions(runs);
  const place = await axisOf(store, x, runs);
  const stored = await store.series.read(runs, names, updatesOf(x, query));
  const curves = stored.map(({ runId, name, ...series }) => {
    const curve = cut(place({ runId, name, ...series }), query);
    return { member: members.get(runId) as SeriesMember, name, curve };
  });
  return {
    x,
    series: curves.map(({ member, name, curve }) => runSeries(member, name, curve, points)),
    groups: query.group === undefined ? [] : groupsOf(curves, names, points),
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

function runSeries({ runId, seed, experiment }: SeriesMember, name: string, curve: Curve, most: number): RunSeries {
  const { xs, ys } = curve;
  const at = (index: number): Point => [xs[index] as number, ys[index] as number];
  const first = (isBetter: (one: number, other: number) => boolean): Point | null =>
    ys.length === 0 ? null : at(ys.reduce((best, y, index) => (isBetter(y, ys[best] as number) ? index : best), 0));
  return {
    runId,
    seed,
    experimentId: experiment.id,
    name,
    points: downsampleMinMax(ys, most).map(at),
    total: xs.length,
    last: xs.length === 0 ? null : at(xs.length - 1),
    lowest: first((one, other) => one < other),
    highest: first((one, other) => one > other),
  };
}

function groupsOf(
  curves: readonly { member: SeriesMember; name: string; curve: Curve }[],
  names: readonly string[],
  most: number,
): GroupSeries[] {
  const experiments = [...new Map(curves.map(({ member: { experiment } }) => [experiment.id, experiment])).values()];
  return experiments.flatMap(({ id, name: label }) =>
    names.flatMap((name) => {
      const own = curves.filter(({ member, ...each }) => member.experiment.id === id && each.name === name);
      if (own.length === 0) return [];
      const means = meanBand(own.map(({ curve: { xs, ys } }) => xs.map((x, index): Point => [x, ys[index] as number])));
      const kept = downsampleMinMax(
        means.map(({ mean }) => mean),
        most,
      ).flatMap((index) => means[index] ?? []);
      return {
        experimentId: id,
        label,
        name,
        runIds: own.map(({ member }) => member.runId),
        points: kept.map(({ x, mean }): Point => [x, mean]),
        band: kept.flatMap(({ x, mean, error }): [number, number, number][] =>
          error === null ? [] : [[x, mean - error, mean + error]],
        ),
      };
    }),
  );
}
