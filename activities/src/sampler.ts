/** What a rollout's completions come from: the policy in training, or a server. */
import type { GenerateRequest, SampledCompletion } from '@queryloop/policy';

export interface SampledGroup {
  completions: (SampledCompletion & { samplingLogProbs?: (number | null)[] })[];
}

export interface Sampler {
  /** Completions of each group, in their order. `note`: shown beside the progress. Errors as of Policy.generate, and of the server. */
  generate(request: Omit<GenerateRequest, 'onToken'>, note?: string): Promise<SampledGroup[]>;
  /** What was sampled is stored: nothing need be kept for another try. */
  stored(): Promise<void>;
  close(): Promise<void>;
}
