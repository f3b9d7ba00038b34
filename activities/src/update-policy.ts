/** One update of the policy, as a step: applies it in memory and, when asked, writes a snapshot with optimizer state. */
import type {
  AppliedUpdate,
  ArtifactRef,
  PolicyState,
  Step,
  UpdatePolicyInput,
  UpdatePolicyOutput,
} from '@queryloop/contracts';
import { applyLastGradient, applyUpdate } from './apply-update.ts';
import { changePolicy } from './resident-policy.ts';
import { storeSnapshot } from './snapshot-policy.ts';

/** Updates the policy; equal inputs give equal weights, whether the policy was in memory or had to be rebuilt. */
export const updatePolicy: Step<UpdatePolicyInput, UpdatePolicyOutput> = async (input, context) => {
  const { policy: before, scored, gradients } = input;
  const refs = gradients.flatMap(({ gradient }): ArtifactRef[] => (gradient ? [gradient] : []));
  const wanted = { policy: before, applied: refs.slice(0, -1), settings: input };
  return changePolicy(wanted, context, async (resident) => {
    context.progress({ phase: 'update policy', done: input.update - 1, total: input.grpo.updates });
    const sharded = gradients.length > 0;
    const metrics = sharded
      ? await applyLastGradient(resident, scored, gradients, input, context)
      : await applyUpdate(resident, scored, input, context);
    const applied: AppliedUpdate = sharded ? { scored: [], gradients: refs } : { scored, gradients: [] };
    const policy: PolicyState = {
      ...before,
      update: input.update,
      ...(input.snapshot
        ? { snapshot: await storeSnapshot(resident, before, context), replay: [] }
        : { replay: [...before.replay, applied] }),
    };
    return { policy, metrics };
  });
};
