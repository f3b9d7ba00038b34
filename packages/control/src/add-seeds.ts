/** More seeds for the settings of a run, so that a verdict rests on more than one. */
import { mostSweepRuns, type RunStatus, UserError } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import type { Control, Done } from './control.ts';
import { requireRun } from './known-run.ts';
import { cloneRun } from './launch-run.ts';
import { trialId } from './sweep/trial-id.ts';

export interface SeedRun {
  runId: string;
  seed: number;
  status: RunStatus;
}

export interface SeedsToAdd {
  missing: number[];
  /** Seeds that a run with the same settings has already, whatever became of it. */
  existing: SeedRun[];
}

export interface AddedSeeds extends Done {
  begun: { runId: string; seed: number }[];
  existing: SeedRun[];
}

/** A clone for each seed that no run with the same settings has yet. Throws UserError for no seeds, or an unknown run. */
export async function addSeeds(control: Control, runId: string, seeds: readonly number[]): Promise<AddedSeeds> {
  const { missing, existing } = await planSeeds(control.store, runId, seeds);
  const begun: AddedSeeds['begun'] = [];
  for (const seed of missing) begun.push({ runId: (await cloneRun(control, runId, { seed })).id, seed });
  const parts = [
    ...(begun.length > 0 ? [`begun: ${begun.map(({ seed, runId: id }) => `seed ${seed} as ${id}`).join(', ')}`] : []),
    ...(existing.length > 0
      ? [
          `there already: ${existing.map(({ seed, runId: id, status }) => `seed ${seed} is ${id} (${status})`).join(', ')}`,
        ]
      : []),
  ];
  return { id: runId, said: parts.join('; '), begun, existing };
}

/** Which of the seeds have a run already. Throws UserError for no seeds, one that is none, too many, or an unknown run. */
export async function planSeeds(store: Store, runId: string, seeds: readonly number[]): Promise<SeedsToAdd> {
  const wanted = [...new Set(seeds)].sort((a, b) => a - b);
  const wrong = wanted.find((seed) => !Number.isSafeInteger(seed) || seed < 0);
  if (wrong !== undefined || wanted.length === 0 || wanted.length > mostSweepRuns) {
    throw new UserError({
      message:
        wrong !== undefined
          ? `seeds: ${wrong} is not a whole number ≥ 0`
          : `seeds: ${wanted.length} are given; 1 to ${mostSweepRuns} can be added at a time`,
      field: 'seeds',
      hint: 'Give whole numbers, such as 2,3,4.',
    });
  }
  const run = await requireRun(store, runId);
  const settings = trialId(run.config);
  const alike = (await store.runs.list({ limit: Number.MAX_SAFE_INTEGER })).filter(
    // A run whose settings were changed on the way is no repetition of one that has them from the start.
    ({ config, changes, id }) => trialId(config) === settings && (changes.length === 0 || id === runId),
  );
  const existing = wanted.flatMap((seed) => {
    const there = alike.find((each) => each.seed === seed);
    return there === undefined ? [] : [{ runId: there.id, seed, status: there.status }];
  });
  const missing = wanted.filter((seed) => !existing.some((each) => each.seed === seed));
  return { missing, existing };
}
