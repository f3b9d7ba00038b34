/** What the phases of one run share: its config, its pausable steps, and the progress it tells. */

import type {
  EvaluatePolicyInput,
  ExperimentConfig,
  PhaseSeconds,
  PolicyState,
  RunPhase,
  TrainingState,
} from '@queryloop/contracts';
import { setHandler } from '@temporalio/workflow';
import { progressQuery } from './messages.ts';
import { Pausable } from './pausable.ts';

export interface RunContext {
  runId: string;
  config: ExperimentConfig;
  steps: Pausable;
  /** Shown by the progress query; phases keep it up to date. */
  phase: RunPhase;
  /** Set once the baseline is known. */
  state: TrainingState | null;
}

/** Makes the context of a run and answers `progress` from it. */
export function openRunContext(runId: string, config: ExperimentConfig): RunContext {
  const context: RunContext = { runId, config, steps: new Pausable(), phase: 'prepare', state: null };
  setHandler(progressQuery, () => ({
    phase: context.phase,
    paused: context.steps.paused && !context.steps.busy,
    update: context.state?.policy.update ?? 0,
    updates: config.grpo.updates,
    recent: context.state?.recent ?? [],
    dev: context.state?.dev ?? [],
    base: context.state === null ? null : { dev: context.state.base.dev, test: context.state.base.test },
  }));
  return context;
}

/** Awaits `work` and adds the time it took to a phase. */
export async function timed<T>(seconds: PhaseSeconds, phase: keyof PhaseSeconds, work: () => Promise<T>): Promise<T> {
  const start = Date.now();
  try {
    return await work();
  } finally {
    seconds[phase] += (Date.now() - start) / 1000;
  }
}

export function evaluationInput(
  config: ExperimentConfig,
  dataset: EvaluatePolicyInput['dataset'],
  split: EvaluatePolicyInput['split'],
  policy: PolicyState,
): EvaluatePolicyInput {
  const { grpo, rollout, database, threads } = config;
  return { dataset, split, policy, grpo, rollout, database, threads };
}
