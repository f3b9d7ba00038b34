/** What was done to a snapshot to make a policy: the operations a state's replay stands for, and names that tell states apart. */
import type { ArtifactRef, PolicyState, ScoredRollout, StepContext } from '@queryloop/contracts';
import { applyGradient, applyUpdate } from './apply-update.ts';
import type { PolicyInTraining, TrainingSettings } from './group-loss.ts';

/** A whole update from its scored rollout, or one optimizer step down a stored gradient. */
type Operation = { scored: ScoredRollout[] } | { gradient: ArtifactRef };

export interface PolicyLog {
  /** Equal origins and equal operations mean equal weights and optimizer state. */
  origin: string;
  operations: readonly Operation[];
  names: readonly string[];
}

/** The log of a state, with `applied` gradients of an update in the making after it. */
export function logOf(
  { base, snapshot, replay }: PolicyState,
  { grpo, rollout, threads }: TrainingSettings,
  applied: readonly ArtifactRef[] = [],
): PolicyLog {
  const operations = [...replay, { scored: [], gradients: applied }].flatMap(({ scored, gradients }): Operation[] => [
    ...(scored.length > 0 ? [{ scored }] : []),
    ...gradients.map((gradient) => ({ gradient })),
  ]);
  return {
    origin: JSON.stringify([base.hash, snapshot.hash, grpo, rollout, threads]),
    operations,
    names: operations.map(nameOf),
  };
}

function nameOf(operation: Operation): string {
  if ('gradient' in operation) return `gradient ${operation.gradient.hash}`;
  return `scored ${operation.scored.map(({ rollout, rewards }) => `${rollout.hash} ${rewards.hash}`).join(' ')}`;
}

/** Does one operation again. */
export async function replayOperation(
  policy: PolicyInTraining,
  operation: Operation,
  settings: TrainingSettings,
  context: StepContext,
): Promise<void> {
  if ('gradient' in operation) await applyGradient(policy, operation.gradient, settings, context);
  else await applyUpdate(policy, operation.scored, settings, context);
}
