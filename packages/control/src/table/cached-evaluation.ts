/** The evaluation of a run on a split, taken from the step cache where all of its steps are there. */
import {
  type EvaluatedRun,
  type EvaluateResult,
  type PrepareDatasetOutput,
  prepareDatasetInput,
} from '@queryloop/contracts';
import { evaluate, type LookUpStep, StepChain } from '../dry-run/step-chain.ts';

export interface LookedUpEvaluation {
  /** Null when a step is missing. */
  result: EvaluateResult | null;
  steps: StepChain['steps'];
}

/** Follows the steps of the analysis `evaluate` (workflows/src/evaluate-run.ts) without doing any. */
export async function cachedEvaluation(
  lookUpStep: LookUpStep,
  { config, base: before, final: after }: EvaluatedRun,
): Promise<LookedUpEvaluation> {
  const chain = new StepChain(lookUpStep);
  const prepared = await chain.take<PrepareDatasetOutput>('prepareDataset', prepareDatasetInput(config));
  const base = await evaluate(chain, config, prepared, 'test', before);
  const final = await evaluate(chain, config, prepared, 'test', after);
  if (prepared === null || base === null || final === null) return { result: null, steps: chain.steps };
  const { label, outsideData } = prepared;
  const split = config.dataset.test;
  return { result: { split, label, outsideData: outsideData?.['test'] ?? 0, base, final }, steps: chain.steps };
}
