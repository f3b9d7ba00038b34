/**
 * The policy that the process keeps in memory from step to step. A step names the policy it wants by its last snapshot and
 * the scored rollouts applied since; if another one is resident, it is rebuilt by replaying them, without sampling again.
 */
import { createHash } from 'node:crypto';
import type { PolicyState, StepContext } from '@queryloop/contracts';
import { AdamW, Policy } from '@queryloop/policy';
import { applyUpdate, type PolicyInTraining, type TrainingSettings } from './apply-update.ts';

let resident: { key: string; value: PolicyInTraining } | null = null;

/** Key of a policy state: equal keys mean equal weights and optimizer state. */
function keyOf({ base, snapshot, replay }: PolicyState, { grpo, rollout, threads }: TrainingSettings): string {
  const log = replay.map((scored) => [scored.rollout.hash, scored.rewards.hash]);
  const text = JSON.stringify([base.hash, snapshot.hash, log, grpo, rollout, threads]);
  return createHash('sha256').update(text).digest('hex');
}

/** The policy at a state, from memory or rebuilt. */
export async function residentPolicy(
  state: PolicyState,
  settings: TrainingSettings,
  context: StepContext,
): Promise<PolicyInTraining> {
  const key = keyOf(state, settings);
  if (resident?.key === key) return resident.value;
  release();
  const folder = await context.artifacts.path(state.snapshot);
  const policy = await Policy.load(folder, { threads: settings.threads });
  const optimizer = new AdamW(policy, settings.grpo.optimizer);
  const needsReference = settings.grpo.beta > 0;
  const reference = needsReference
    ? await Policy.load(await context.artifacts.path(state.base), { threads: settings.threads })
    : null;
  const value: PolicyInTraining = { policy, optimizer, reference };
  if (state.update > state.replay.length) await optimizer.load(folder);
  for (const [i, scored] of state.replay.entries()) {
    context.progress({ phase: 'replay updates', done: i, total: state.replay.length });
    await applyUpdate(value, scored, settings, context);
  }
  resident = { key, value };
  return value;
}

/** Tells that the resident policy has become the one of another state. */
export function rekeyResident(state: PolicyState, settings: TrainingSettings): void {
  if (resident) resident.key = keyOf(state, settings);
}

/** Frees the resident policy, after a failure that may have left it half updated or to make room. */
export function release(): void {
  resident?.value.policy.dispose();
  resident?.value.optimizer.dispose();
  resident?.value.reference?.dispose();
  resident = null;
}
