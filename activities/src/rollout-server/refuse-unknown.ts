/** Refuses a rollout whose log-probabilities a server gave in a form that says nothing of the policy's tokens. */
import { type Completion, type GenerateRolloutInput, UserError } from '@queryloop/contracts';
import { configFields, describeServer } from './server-fault.ts';

/**
 * Without a single known log-probability every ratio is 1 and every difference 0, which looks like a server that agrees in everything.
 * Throws UserError, though not for a rollout of an earlier version that is made again.
 */
export function refuseUnknown(
  completions: readonly Pick<Completion, 'samplingLogProbs'>[],
  { rollout: { server }, served: replayed }: Pick<GenerateRolloutInput, 'rollout' | 'served'>,
): void {
  const served = completions.flatMap(({ samplingLogProbs }) =>
    samplingLogProbs === undefined ? [] : [samplingLogProbs],
  );
  if (server === undefined || replayed !== undefined || served.length === 0 || served.some(isKnown)) return;
  throw new UserError({
    message: `${describeServer(server)} gave no log-probability that can be used, of any token of ${served.length} completions: its tokens are other pieces of text than the policy's, or it says none`,
    field: configFields.model,
    hint: 'Serve the model of policy.folder with vLLM or the server of llama.cpp, which say the ids of their tokens.',
  });
}

/** Whether any token's log-probability is known. */
export function isKnown(samplingLogProbs: readonly (number | null)[]): boolean {
  return samplingLogProbs.some((each) => each !== null);
}
