/** The six GRPO losses computed by TRL 1.16 (GRPOTrainer._compute_loss, float32): inputs, configs and expectations. */
import { readFileSync } from 'node:fs';

export interface GrpoCase {
  name: string;
  config: {
    loss_type: 'grpo' | 'bnpo' | 'dr_grpo' | 'dapo';
    beta: number;
    epsilon: number;
    epsilon_high: number;
    delta: number | null;
    importance_sampling_level: 'token' | 'sequence';
    scale_rewards: 'group' | 'batch' | 'none';
    max_completion_length: number;
  };
  /** One row per completion; prompts are padded on the left, completions on the right. */
  inputs: {
    prompt_ids: number[][];
    prompt_mask: number[][];
    completion_ids: number[][];
    completion_mask: number[][];
    rewards: number[];
    advantages: number[];
    per_token_logps: number[][];
    entropies: number[][];
    old_per_token_logps: number[][];
    ref_per_token_logps: number[][];
  };
  expected: {
    loss: number;
    grad_norm: number;
    /** First eight entries of the gradient of some weights, by their Hugging Face names. */
    grad_first8: Record<string, number[]>;
    metrics: Record<string, [number]>;
  };
}

export const grpoGolden: { group_size: number; cases: GrpoCase[] } = JSON.parse(
  readFileSync(new URL('fixtures/grpo/trl-loss.json', import.meta.url), 'utf8'),
);

/** The case's config under the names of packages/grpo. */
export function lossOptions({ config }: GrpoCase) {
  return {
    lossType: config.loss_type,
    importanceSampling: config.importance_sampling_level,
    epsilon: config.epsilon,
    epsilonHigh: config.epsilon_high,
    delta: config.delta ?? undefined,
    beta: config.beta,
    entropyCoefficient: 0,
    maxCompletionLength: config.max_completion_length,
  };
}
