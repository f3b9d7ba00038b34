/** Which runs a comparison is about, and which of them stand together: those that differ in nothing but their seed. */
import { configChanges, type ExperimentConfig, hidePassword, UserError } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { trialId } from '../sweep/trial-id.ts';

export interface RunSide {
  /** What sets the side apart: the fields in which sides differ, or the experiment's name. */
  label: string;
  /** In the order of their seeds. */
  runs: StoredRun[];
}

export interface FoundRuns {
  runs: StoredRun[];
  /** Runs of sweeps that have no result to compare. */
  leftOut: StoredRun[];
}

/**
 * The runs that ids name; a sweep stands for its finished runs.
 * Throws UserError for an id that is not known, a run that is not finished, and a run that is named twice.
 */
export async function findRuns(store: Store, ids: readonly string[]): Promise<FoundRuns> {
  const found: FoundRuns = { runs: [], leftOut: [] };
  const namedBy = new Map<string, string>();
  for (const id of ids) {
    const run = await store.runs.get(id);
    const runs = run === null ? await runsOfSweep(store, id) : [run];
    if (run !== null && run.result === null) throw unfinished(run);
    for (const each of runs) {
      const before = namedBy.get(each.id);
      if (before !== undefined) throw namedTwice(each.id, before, id);
      namedBy.set(each.id, id);
      (each.result === null ? found.leftOut : found.runs).push(each);
    }
    if (!runs.some(({ result }) => result !== null)) {
      throw new UserError({
        message: `sweep ${id} has no finished run to compare`,
        field: id,
        hint: `queryloop resume ${id} goes on with it.`,
      });
    }
  }
  return found;
}

/** Sides in the order in which their runs were given. Throws UserError when two runs repeat one another. */
export function groupRuns(runs: readonly StoredRun[]): RunSide[] {
  const groups = new Map<string, StoredRun[]>();
  for (const run of runs) {
    // A run whose settings were changed on the way is no repetition of one that had them from the start.
    const changes = run.changes.map(({ update, field, from, to }) => [update, field, from, to]);
    const key = JSON.stringify([trialId(run.config), changes]);
    const group = groups.get(key) ?? [];
    const same = group.find(({ seed }) => seed === run.seed);
    if (same !== undefined) {
      throw new UserError({
        message: `runs ${same.id} and ${run.id} repeat one another: the same settings and the same seed (${run.seed})`,
        field: run.id,
        hint: 'Leave one of them out; runs that are to stand together differ in their seed.',
      });
    }
    groups.set(key, [...group, run]);
  }
  const sides = [...groups.values()].map((group) => [...group].sort((a, b) => a.seed - b.seed));
  const labels = sideLabels(sides.map(([first]) => first as StoredRun));
  return sides.map((group, i) => ({ label: labels[i] as string, runs: group }));
}

/** For each run the fields in which the configs differ, with its values; the experiment's name where none does. */
export function sideLabels(runs: readonly StoredRun[]): string[] {
  const [first] = runs;
  const differing = new Set(
    runs.flatMap((run) => (first ? configChanges(first.config, run.config) : []).map(({ field }) => field)),
  );
  for (const field of ['seed', 'name']) differing.delete(field);
  const valuesOf = (config: ExperimentConfig): string =>
    [...differing].map((field) => `${field} = ${hidePassword(String(valueAt(config, field) ?? 'none'))}`).join(', ');
  return runs.map(({ config, name, changes }) => {
    const last = changes.at(-1);
    const changed = last && `changed at update ${last.update}`;
    return [valuesOf(config) || name, changed].filter((part) => part).join(', ');
  });
}

function valueAt(config: ExperimentConfig, field: string): unknown {
  return field.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);
}

async function runsOfSweep(store: Store, id: string): Promise<StoredRun[]> {
  const sweep = await store.sweeps.get(id);
  if (sweep === null) {
    throw new UserError({
      message: `no run or sweep "${id}" is known here`,
      field: id,
      hint: 'Give ids that "queryloop run" or "queryloop sweep" printed; "queryloop status" lists them.',
      kind: 'unknown',
    });
  }
  const place = new Map(sweep.trials.map((trial, i) => [trial.id, i]));
  const placeOf = ({ config }: StoredRun): number => place.get(trialId(config)) ?? place.size;
  const runs = await store.runs.list({ sweepId: id, limit: Number.MAX_SAFE_INTEGER });
  return runs.sort((a, b) => placeOf(a) - placeOf(b) || a.seed - b.seed);
}

function unfinished({ id, status }: StoredRun): UserError {
  return new UserError({
    message: `run ${id} is ${status}, not finished, so it has no policy to compare`,
    field: id,
    hint: `Go on with it first: queryloop resume ${id}`,
  });
}

function namedTwice(runId: string, first: string, second: string): UserError {
  const where = (id: string): string => (id === runId ? 'by itself' : `as part of sweep ${id}`);
  return new UserError({
    message:
      first === second
        ? `${first} is given twice`
        : `run ${runId} is given twice: ${where(first)} and ${where(second)}`,
    field: second,
    hint: 'Name every run once.',
  });
}
