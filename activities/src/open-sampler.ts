/** Opens what a rollout's completions come from: the policy in training, or a server. */
import type { GenerateRolloutInput, StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import { policySampler } from './policy-sampler.ts';
import type { Sampler } from './sampler.ts';

/** The sampler that a rollout's config names. `endOfAnswer`: the token that ends answers to the rollout's prompts, where it is known. */
export async function openSampler(
  policy: Policy,
  input: GenerateRolloutInput,
  context: StepContext,
  endOfAnswer: () => number | undefined,
): Promise<Sampler> {
  const { server } = input.rollout;
  if (server === undefined) return policySampler(policy, context, 'generate rollout');
  const { serverSampler } = await import('./rollout-server/server-sampler.ts');
  const { storedSampler } = await import('./rollout-server/stored-sampler.ts');
  if (input.served !== undefined) return storedSampler(policy, input.served, context);
  return serverSampler(policy, server, input, context, endOfAnswer());
}
