/** Steps looked up in the step cache as the workflows make them, without doing any. */
import {
  type EvaluatePolicyOutput,
  type ExperimentConfig,
  evaluatePolicyInput,
  type PolicyState,
  type PrepareDatasetOutput,
  type SplitName,
  shardsOf,
} from '@queryloop/contracts';

/** What a step would take from the step cache, or null: as the worker's package gives it. */
export type LookUpStep = (step: string, input: unknown) => Promise<unknown>;

export interface PlannedStep {
  /** As the store names it, without the shard: "prepareDataset", "evaluatePolicy:dev". */
  step: string;
  /** Done before by any run with the same inputs: it will not be done again. */
  cached: boolean;
}

/** Looks steps up one after the other. A step whose input depends on one that is not cached has none (null), and is not cached either. */
export class StepChain {
  readonly steps: PlannedStep[] = [];
  readonly #lookUpStep: LookUpStep;

  constructor(lookUpStep: LookUpStep) {
    this.#lookUpStep = lookUpStep;
  }

  async take<Output>(step: string, input: object | null, name = step): Promise<Output | null> {
    const output = input === null ? null : ((await this.#lookUpStep(step, input)) as Output | null);
    this.steps.push({ step: name, cached: output !== null });
    return output;
  }

  /** One step for each shard; null unless all are cached. */
  async takeAll<Output>(step: string, inputs: (object | null)[], name = step): Promise<Output[] | null> {
    const outputs: (Output | null)[] = [];
    for (const input of inputs) outputs.push(await this.take<Output>(step, input, name));
    return outputs.some((output) => output === null) ? null : (outputs as Output[]);
  }
}

/** Scores a policy on a split, in the shards of the config. */
export async function evaluate(
  chain: StepChain,
  config: ExperimentConfig,
  prepared: PrepareDatasetOutput | null,
  split: SplitName,
  policy: PolicyState | null,
): Promise<EvaluatePolicyOutput | null> {
  const inputs = shardsOf(config).map(
    (shard) => prepared && policy && evaluatePolicyInput(config, prepared.dataset, split, policy, shard),
  );
  const parts = await chain.takeAll<EvaluatePolicyOutput>('evaluatePolicy', inputs, `evaluatePolicy:${split}`);
  if (inputs.length === 1) return parts?.[0] ?? null;
  const merge = prepared && parts && { dataset: prepared.dataset, split, parts };
  return await chain.take('mergeEvaluations', merge, `mergeEvaluations:${split}`);
}
