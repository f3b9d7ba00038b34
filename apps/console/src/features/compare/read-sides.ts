/** Which runs are looked at together, and in which settings they differ. Lenient: charts are drawn of runs in any state. */
import {
  configChanges,
  type ExperimentConfig,
  hidePassword,
  ExperimentConfig as Schema,
  UserError,
} from '@queryloop/contracts';
import { sideLabels, trialId } from '@queryloop/control';
import type { Store, StoredRun } from '@queryloop/store';
import type { ComparedRun, Setting, SidesAnswer } from './schemas.ts';

/** Each is compared question by question. */
const mostRuns = 200;

export interface RunsOfSide {
  label: string;
  runs: StoredRun[];
}

export interface FoundSides {
  sides: RunsOfSide[];
  unknown: string[];
}

/** Sides in the order in which their runs were named; a sweep stands for all its runs. Throws UserError for too many. */
export async function findSides(store: Store, ids: readonly string[]): Promise<FoundSides> {
  const found = new Map<string, StoredRun>();
  const unknown: string[] = [];
  for (const id of ids) {
    const run = await store.runs.get(id);
    const runs = run ? [run] : await store.runs.list({ sweepId: id, limit: 1000 });
    if (runs.length === 0) unknown.push(id);
    for (const each of runs) found.set(each.id, each);
  }
  if (found.size > mostRuns) {
    throw new UserError({
      message: `${found.size} runs are more than can be compared at once`,
      field: 'ids',
      hint: `Name at most ${mostRuns}; a sweep counts as its runs.`,
    });
  }
  const groups = new Map<string, StoredRun[]>();
  for (const run of found.values()) {
    // A run whose settings were changed on the way is no repetition of one that had them from the start.
    const key = JSON.stringify([
      trialId(run.config),
      run.changes.map(({ update, field, from, to }) => [update, field, from, to]),
    ]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const sides = [...groups.values()].map((runs) => runs.sort((a, b) => a.seed - b.seed));
  const labels = sideLabels(sides.map(([first]) => first as StoredRun));
  return { sides: sides.map((runs, i) => ({ label: labels[i] as string, runs })), unknown };
}

export async function readSides(store: Store, ids: readonly string[]): Promise<SidesAnswer> {
  const { sides, unknown } = await findSides(store, ids);
  return {
    sides: sides.map(({ label, runs }) => ({ label, runs: runs.map(comparedRun) })),
    settings: settingsOf(sides.map(({ runs }) => (runs[0] as StoredRun).config)),
    unknown,
  };
}

export function comparedRun({ id, name, seed, status }: StoredRun): ComparedRun {
  return { id, name, seed, status };
}

/** Every field that differs from its default or between sides, in the order of the config. */
function settingsOf(configs: readonly ExperimentConfig[]): Setting[] {
  const defaults = Schema.parse({});
  const fields = new Set(configs.flatMap((config) => configChanges(defaults, config).map(({ field }) => field)));
  fields.delete('seed');
  return [...fields].map((field) => {
    const values = configs.map((config) => shown(valueAt(config, field)));
    return { field, values, differs: new Set(values).size > 1 };
  });
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return hidePassword(typeof value === 'string' ? value : JSON.stringify(value));
}

function valueAt(config: ExperimentConfig, field: string): unknown {
  return field.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], config);
}
