/** What a sweep would do: which runs are finished, what of the others is cached, how long they take. */
import {
  type ArtifactRef,
  basePolicy,
  type ExperimentConfig,
  evaluatePolicyInput,
  prepareDatasetInput,
  type SweepInput,
  shardsOf,
  warmStartInput,
} from '@queryloop/contracts';
import { canonicalJson } from '@queryloop/store';
import { plannedUpdates } from '../sweep/planned-updates.ts';
import { trialId } from '../sweep/trial-id.ts';
import { estimateSeconds } from './estimate-seconds.ts';
import { type PlanSources, planRun } from './plan-run.ts';
import type { PlannedStep } from './step-chain.ts';

export interface PlannedRun {
  trial: string;
  seed: number;
  /** Finished runs are left alone. */
  finished: boolean;
  updates: number;
  updatesCached: number;
  /** Steps that are neither cached nor done by a run before it in this plan. */
  stepsToDo: number;
  estimatedSeconds: number | null;
}

/**
 * Steps that several runs of a sweep have in common are counted for the first of them; those in `planned` are counted elsewhere
 * already, and what this sweep counts is added to it.
 */
export async function planSweep(
  sources: PlanSources,
  { sweepId, settings, trials }: SweepInput,
  planned = new Set<string>(),
): Promise<PlannedRun[]> {
  const stored = (await sources.store?.runs.list({ sweepId, limit: Number.MAX_SAFE_INTEGER })) ?? [];
  const known = new Set(
    stored.flatMap(({ config, status, seed }) => (status === 'finished' ? `${trialId(config)} ${seed}` : [])),
  );
  const runs: PlannedRun[] = [];
  const updatesOf = plannedUpdates(settings, trials);
  for (const [index, { id, config: own }] of trials.entries()) {
    for (const seed of settings.seeds) {
      const updates = updatesOf[index] as number;
      const config = { ...own, seed, grpo: { ...own.grpo, updates } };
      const run = { trial: id, seed, updates };
      if (known.has(`${id} ${seed}`)) {
        runs.push({ ...run, finished: true, updatesCached: updates, stepsToDo: 0, estimatedSeconds: 0 });
        continue;
      }
      const { steps, updatesCached } = await planRun(sources, config);
      const todo = withoutShared(config, steps, planned).filter(({ cached }) => !cached);
      const estimatedSeconds = await estimateSeconds(sources.store, config, todo);
      runs.push({ ...run, finished: false, updatesCached, stepsToDo: todo.length, estimatedSeconds });
    }
  }
  return runs;
}

/** Marks those of the steps before the first update as cached that a run before this one will have done. */
function withoutShared(config: ExperimentConfig, steps: readonly PlannedStep[], planned: Set<string>): PlannedStep[] {
  // What an artifact will be is known by how it will be made, so any reference does as long as the key holds the inputs before it.
  const unknown: ArtifactRef = {
    kind: 'dataset',
    hash: '0'.repeat(64),
    bytes: 0,
  };
  const prepare = [prepareDatasetInput(config)];
  const warm = [...prepare, warmStartInput(config, unknown)];
  const [shard] = shardsOf(config);
  const evaluate = shard && [...warm, evaluatePolicyInput(config, unknown, 'dev', basePolicy(unknown), shard)];
  const keys: Record<string, unknown> = { prepareDataset: prepare, warmStart: warm };
  const evaluation = /^(evaluatePolicy|mergeEvaluations):(dev|test)$/;
  const firstUpdate = steps.findIndex(({ step }) => step === 'generateRollout');
  const before = new Set(planned);
  return steps.map((planOf, index) => {
    const inputs = keys[planOf.step] ?? (evaluation.test(planOf.step) ? evaluate : undefined);
    if (index >= firstUpdate || inputs === undefined) return planOf;
    const key = canonicalJson([planOf.step, inputs]);
    planned.add(key);
    return before.has(key) ? { ...planOf, cached: true } : planOf;
  });
}
