/** What a table would do: which runs and evaluations are done, what of the others is cached, how long they take. */
import type { ExperimentConfig } from '@queryloop/contracts';
import { canonicalJson } from '@queryloop/store';
import { estimateSeconds } from '../dry-run/estimate-seconds.ts';
import type { PlanSources } from '../dry-run/plan-run.ts';
import { type PlannedRun, planSweep } from '../dry-run/plan-sweep.ts';
import type { PlannedStep } from '../dry-run/step-chain.ts';
import { evaluatedRun } from '../evaluated-run.ts';
import { cachedEvaluation } from './cached-evaluation.ts';
import type { PlannedVariant, Table } from './load-table.ts';
import { runsOfVariant, type VariantRun } from './runs-of-variant.ts';

export interface PlannedEvaluation {
  variant: string;
  seed: number;
  split: string;
  /** Nothing of it is to be computed. */
  cached: boolean;
  /** Null: no earlier run tells. */
  estimatedSeconds: number | null;
}

export interface PlannedTable {
  runs: (PlannedRun & { variant: string })[];
  evaluations: PlannedEvaluation[];
  /** Of all on one worker. */
  estimatedSeconds: number | null;
}

/** @param splits those of the table that can be had */
export async function planTable(
  sources: PlanSources,
  { variants }: Table,
  splits: readonly string[],
): Promise<PlannedTable> {
  const planned: PlannedTable = { runs: [], evaluations: [], estimatedSeconds: 0 };
  const shared = new Set<string>();
  for (const variant of variants) {
    const runs = await planSweep(sources, variant.sweep, shared);
    planned.runs.push(...runs.map((run) => ({ ...run, variant: variant.name })));
    for (const run of await runsOfVariant(sources.store, variant))
      for (const split of splits) planned.evaluations.push(await planEvaluation(sources, variant, run, split, shared));
  }
  planned.estimatedSeconds = [...planned.runs, ...planned.evaluations].reduce<number | null>(
    (sum, { estimatedSeconds }) => (sum === null || estimatedSeconds === null ? null : sum + estimatedSeconds),
    0,
  );
  return planned;
}

async function planEvaluation(
  sources: PlanSources,
  variant: PlannedVariant,
  { seed, run }: VariantRun,
  split: string,
  shared: Set<string>,
): Promise<PlannedEvaluation> {
  const { store } = sources;
  const config = { ...variant.config, seed };
  const steps =
    store === undefined || run === null || run.result === null
      ? evaluationOfUnfinished(config, split, shared)
      : (await cachedEvaluation(sources.lookUpStep, await evaluatedRun(store, run, split))).steps;
  const todo = steps.filter(({ cached }) => !cached);
  return {
    variant: variant.name,
    seed,
    split,
    cached: todo.length === 0,
    estimatedSeconds: await estimateSeconds(store, config, todo),
  };
}

/** The run itself scores its test split; the base of a seed is the same in every variant that warm-starts alike. */
function evaluationOfUnfinished(config: ExperimentConfig, split: string, shared: Set<string>): PlannedStep[] {
  const { dataset, policy, warmStart, grpo, rollout, seed, shards } = config;
  const own = split === dataset.test;
  const key = canonicalJson(['evaluate base', { ...dataset, test: split }, policy, warmStart, grpo, rollout, seed]);
  const baseDone = own || shared.has(key);
  shared.add(key);
  const parts = (cached: boolean): PlannedStep[] =>
    Array.from({ length: shards }, () => ({ step: 'evaluatePolicy:test', cached }));
  return [...parts(baseDone), ...parts(own)];
}
