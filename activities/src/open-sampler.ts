/** Opens what a rollout's completions come from: the policy in training, or a server. */
import type { GenerateRolloutInput, StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import { letEventsThrough } from './let-events-through.ts';
import type { Sampler } from './sampler.ts';

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
