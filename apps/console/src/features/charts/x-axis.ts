/** Puts series over another axis than updates: what had been spent when an update was done. */
import type { SpentSeries, Store, StoredSeries, UpdateRange } from '@queryloop/store';
import type { XAxis } from './schemas.ts';

/** A series as drawn: update, x (both ascending) and y of the same index. */
export interface Curve {
  updates: number[];
  xs: number[];
  ys: number[];
}

export interface XRange {
  from?: number | undefined;
  to?: number | undefined;
}

/** What of a range the store can leave out by itself; a neighbour on each side stays, for the line that leaves the picture. */
export function updatesOf(x: XAxis, { from, to }: XRange): UpdateRange {
  if (x !== 'update') return {};
  return {
    ...(from !== undefined && { after: Math.floor(from) - 2 }),
    ...(to !== undefined && { upTo: Math.ceil(to) + 1 }),
  };
}

/** Reads where each update of the runs lies on an axis. */
export async function axisOf(
  store: Store,
  x: XAxis,
  runIds: readonly string[],
): Promise<(series: StoredSeries) => Curve> {
  if (x === 'update') return ({ updates, values }) => ({ updates, xs: updates, ys: values });
  const spent = await store.series[x](runIds);
  return ({ runId, updates, values }) => ({ updates, xs: placed(updates, spent.get(runId)), ys: values });
}

/** What had been spent at each update: at the last one known up to there, nothing before the first. Both are ascending. */
function placed(updates: readonly number[], spent: SpentSeries | undefined): number[] {
  let next = 0;
  return updates.map((update) => {
    while ((spent?.updates[next] ?? Infinity) <= update) next++;
    return spent?.values[next - 1] ?? 0;
  });
}

/** Start and end of the part of `xs` (ascending) in a range, with one neighbour on each side. */
export function cut(xs: readonly number[], { from = -Infinity, to = Infinity }: XRange): [start: number, end: number] {
  const first = xs.findIndex((x) => x >= from);
  if (first < 0) return [Math.max(0, xs.length - 1), xs.length];
  const after = xs.findIndex((x) => x > to);
  return [Math.max(0, first - 1), after < 0 ? xs.length : after + 1];
}
