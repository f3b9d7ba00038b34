/** Samples from the policy in memory. */
import type { StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import { letEventsThrough } from './let-events-through.ts';
import type { Sampler } from './sampler.ts';

/** `phase`: what the step that samples is doing, shown with its progress. */
export function policySampler(policy: Pick<Policy, 'generate'>, context: StepContext, phase: string): Sampler {
  const nothing = async () => undefined;
  return {
    generate: (request, note) =>
      policy.generate({
        ...request,
        onToken: async ({ step }) => {
          const progress = { phase, done: step, total: request.maxTokens };
          context.progress(note === undefined ? progress : { ...progress, detail: note });
          await letEventsThrough(context);
        },
      }),
    stored: nothing,
    close: nothing,
  };
}
