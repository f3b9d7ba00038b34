/** The runs of a variant that the store knows. */
import type { Store, StoredRun } from '@queryloop/store';
import { trialId } from '../sweep/trial-id.ts';
import type { PlannedVariant } from './load-table.ts';

export interface VariantRun {
  seed: number;
  /** Null: not begun. */
  run: StoredRun | null;
}

/** One for each seed, in their order. A run whose settings were changed on the way is another setting, and none of them. */
export async function runsOfVariant(store: Store | undefined, { sweep, seeds }: PlannedVariant): Promise<VariantRun[]> {
  const { sweepId, trials } = sweep;
  const stored = (await store?.runs.list({ sweepId, limit: Number.MAX_SAFE_INTEGER })) ?? [];
  const own = stored.filter((run) => trialId(run.config) === trials[0]?.id && run.changes.length === 0);
  return seeds.map((seed) => ({ seed, run: own.find((run) => run.seed === seed) ?? null }));
}
