/** Where the completions of a rollout come from: the policy in training, or a server. */
import type { GenerateRolloutInput, StepContext } from '@queryloop/contracts';
import type { GenerateRequest, Policy, SampledCompletion } from '@queryloop/policy';
import { letEventsThrough } from './let-events-through.ts';

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

/** The sampler that a rollout's config names. */
export async function openSampler(policy: Policy, input: GenerateRolloutInput, context: StepContext): Promise<Sampler> {
  const { server } = input.rollout;
  if (server === undefined) return policySampler(policy, context);
  const { serverSampler, storedSampler } = await import('./rollout-server/server-sampler.ts');
  if (input.served !== undefined) return storedSampler(policy, input.served, context);
  return serverSampler(policy, server, input, context);
}

function policySampler(policy: Policy, context: StepContext): Sampler {
  const nothing = async () => undefined;
  return {
    generate: (request, note) =>
      policy.generate({
        ...request,
        onToken: async ({ step }) => {
          const progress = { phase: 'generate rollout', done: step, total: request.maxTokens };
          context.progress(note === undefined ? progress : { ...progress, detail: note });
          await letEventsThrough(context);
        },
      }),
    stored: nothing,
    close: nothing,
  };
}
