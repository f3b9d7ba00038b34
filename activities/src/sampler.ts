/** What a rollout's completions come from: the policy in training, or a server. */
import type { GenerateRequest, SampledCompletion } from '@queryloop/policy';

/** As the policy is asked. */
export interface SampleRequest extends Omit<GenerateRequest, 'onToken' | 'groups'> {
  groups: (GenerateRequest['groups'][number] & {
    /** What the asker has room for, at most the request's; a sampler may write on up to that. */
    room?: number;
  })[];
}

export interface SampledGroup {
  completions: (SampledCompletion & { samplingLogProbs?: (number | null)[] })[];
}

export interface Sampler {
  /** Completions of each group, in their order. `note`: shown beside the progress. Errors as of Policy.generate, and of the server. */
  generate(request: SampleRequest, note?: string): Promise<SampledGroup[]>;
  /** What was sampled is stored: nothing need be kept for another try. */
  stored(): Promise<void>;
  close(): Promise<void>;
}
