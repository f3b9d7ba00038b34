/** A run as other trackers know runs: an experiment, parameters as text, tags, and points of metrics with step and time. */
import { type ExperimentConfig, hidePassword, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';

export interface Point {
  update: number;
  value: number;
  /** When the update was done, as far as that is known. */
  at: Date;
}

export interface TrackedSeries {
  name: string;
  /** Ascending in `update`. */
  points: Point[];
}

/**
 * Metrics and scores (`dev/accuracy`, …) of a run, in the order of their names. A point's time is that of its update's last
 * step before evaluation, so it is the same whenever it is read.
 */
export async function trackedSeries(store: Store, run: Pick<StoredRun, 'id' | 'createdAt'>): Promise<TrackedSeries[]> {
  const names = (await store.series.names([run.id])).map(({ name }) => name);
  const series = await store.series.read([run.id], names);
  const timeOf = await updateTimes(store, run);
  return series.map(({ name, updates, values }) => ({
    name,
    points: updates.map((update, i) => ({ update, value: values[i] as number, at: timeOf(update) })),
  }));
}

/** When an update was done; where nothing tells, when the one before it was. */
export async function updateTimes(
  store: Store,
  { id, createdAt }: Pick<StoredRun, 'id' | 'createdAt'>,
): Promise<(update: number) => Date> {
  const known = await store.steps.doneAt(id);
  const updates = [...known.keys()];
  return (update) => {
    const exact = known.get(update);
    if (exact !== undefined) return exact;
    const before = updates.findLast((each) => each < update);
    return (before === undefined ? undefined : known.get(before)) ?? createdAt;
  };
}

/** Dotted path to value, as text, of every setting; the database's password is hidden. */
export function parametersOf(config: ExperimentConfig): Record<string, string> {
  const leaves = (group: object, path: string): [string, string][] =>
    Object.entries(group).flatMap(([key, value]: [string, unknown]) => {
      if (value === undefined) return [];
      const field = path === '' ? key : `${path}.${key}`;
      if (typeof value === 'object' && value !== null && !Array.isArray(value)) return leaves(value, field);
      return [[field, typeof value === 'string' ? value : JSON.stringify(value)]];
    });
  return Object.fromEntries(leaves(settingsToShow(config), ''));
}

/** A config as others may see it. */
export function settingsToShow(config: ExperimentConfig): ExperimentConfig {
  return { ...config, database: hidePassword(config.database) };
}

/** The runs that ids name, a sweep standing for all of its runs; each once. @throws UserError for an id that is not known */
export async function runsNamed(store: Store, ids: readonly string[]): Promise<StoredRun[]> {
  const found = new Map<string, StoredRun>();
  for (const id of ids) {
    const run = await store.runs.get(id);
    const runs = run === null ? await store.runs.list({ sweepId: id, limit: Number.MAX_SAFE_INTEGER }) : [run];
    if (runs.length === 0)
      throw new UserError({
        message: `no run or sweep "${id}" is known here`,
        field: 'run',
        hint: 'queryloop status lists the runs of this folder.',
      });
    for (const each of runs) found.set(each.id, each);
  }
  return [...found.values()];
}
