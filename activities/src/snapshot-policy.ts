/** Writes a policy with its optimizer state as a snapshot. */
import type {
  ArtifactRef,
  PolicyState,
  SnapshotPolicyInput,
  SnapshotPolicyOutput,
  Step,
  StepContext,
} from '@queryloop/contracts';
import { readAdapterOrigin, writeAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import type { PolicyInTraining } from './group-loss.ts';
import { copyChatTemplate } from './policy-text.ts';
import { withPolicy } from './resident-policy.ts';

/** The same policy with nothing left to replay, so that it can go on with other settings. */
export const snapshotPolicy: Step<SnapshotPolicyInput, SnapshotPolicyOutput> = async (input, context) => {
  const { policy } = input;
  if (policy.replay.length === 0) return { policy };
  const snapshot = await withPolicy({ policy, settings: input }, context, (resident) =>
    storeSnapshot(resident, policy, context),
  );
  return { policy: { ...policy, snapshot, replay: [] } };
};

/** Stores the folder that `loadPolicy` and `AdamW.load` read: with LoRA, of the adapter alone. */
export function storeSnapshot(
  { policy, optimizer }: PolicyInTraining,
  { base }: Pick<PolicyState, 'base'>,
  { artifacts }: StepContext,
): Promise<ArtifactRef> {
  return artifacts.putFolder('checkpoint', async (folder) => {
    await policy.save(folder);
    await optimizer.save(folder);
    const before = await artifacts.path(base);
    await copyChatTemplate(before, folder);
    const origin = await readAdapterOrigin(before);
    if (origin !== null) await writeAdapterOrigin(folder, origin);
  });
}
