/** How likely the policy in training would have written what a server sampled. */
import type { StepContext } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import { letEventsThrough } from '../let-events-through.ts';
import { policyLogProbs } from '../policy-log-probs.ts';
import type { SampledGroup } from '../sampler.ts';
import type { AnsweredTokens } from './answered-tokens.ts';

/** Group by group, so that memory does not grow with the rollout. */
export async function withPolicyLogProbs(
  policy: Policy,
  groups: readonly { promptIds: readonly number[] }[],
  answers: readonly AnsweredTokens[][],
  temperature: number,
  context: StepContext,
): Promise<SampledGroup[]> {
  const sampled: SampledGroup[] = [];
  for (const [g, completions] of answers.entries()) {
    context.progress({ phase: 'score rollout', done: g, total: groups.length });
    await letEventsThrough(context);
    const promptIds = groups[g]?.promptIds ?? [];
    const [logProbs] = await policyLogProbs(
      policy,
      [{ promptIds, completions: completions.map(({ ids }) => ids) }],
      temperature,
    );
    sampled.push({
      completions: completions.map((completion, i) => ({ ...completion, logProbs: logProbs?.[i] ?? [] })),
    });
  }
  return sampled;
}
