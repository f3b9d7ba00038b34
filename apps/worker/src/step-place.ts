/** Names a step within its run, so that a repeated attempt, also after a restart or continue-as-new, is the same step. */
import type { Shard } from '@queryloop/contracts';

/**
 * Update and name of a step: its type with what tells it from others of the same update, e.g. `evaluatePolicy:dev`,
 * `generateRollout:2/4` (second shard of four) or `computeGradient:0:2/4` (in the first inner iteration).
 */
export function placeOf(step: string, input: unknown): { update: number; name: string } {
  const { update, finalUpdate, split, iteration, shard, policy } = (input ?? {}) as {
    update?: number;
    finalUpdate?: number;
    split?: string;
    iteration?: number;
    shard?: Shard;
    policy?: { update?: number };
  };
  const part = shard === undefined || shard.of === 1 ? undefined : `${shard.index + 1}/${shard.of}`;
  return {
    update: update ?? policy?.update ?? finalUpdate ?? 0,
    name: [step, iteration, split, part].filter((word) => word !== undefined).join(':'),
  };
}
