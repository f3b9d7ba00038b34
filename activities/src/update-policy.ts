/** One update of the policy, as a step: applies it in memory and, when asked, writes a snapshot with optimizer state. */
import type { PolicyState, Step, UpdatePolicyInput, UpdatePolicyOutput } from '@queryloop/contracts';
import { applyUpdate } from './apply-update.ts';
import { rekeyResident, release, residentPolicy } from './resident-policy.ts';

/** Updates the policy; equal inputs give equal weights, whether the policy was in memory or had to be rebuilt. */
export const updatePolicy: Step<UpdatePolicyInput, UpdatePolicyOutput> = async (input, context) => {
  const resident = await residentPolicy(input.policy, input, context);
  try {
    const metrics = await applyUpdate(resident, input.scored, input, context);
    const snapshot = input.snapshot
      ? await context.artifacts.putFolder('checkpoint', async (folder) => {
          await resident.policy.save(folder);
          await resident.optimizer.save(folder);
        })
      : input.policy.snapshot;
    const policy: PolicyState = {
      ...input.policy,
      snapshot,
      update: input.update,
      replay: input.snapshot ? [] : [...input.policy.replay, input.scored],
    };
    rekeyResident(policy, input);
    return { policy, metrics };
  } catch (error) {
    release();
    throw error;
  }
};
