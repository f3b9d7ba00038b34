/** What a group taught: whether its rewards differ, and how far its samples solved it. */
import type { Execution, OutcomeWeights } from '@queryloop/contracts';
import type { LoadedGroup } from './load-update.ts';
import type { GroupState } from './schemas.ts';

/** How a group came out, as maps and lists show it. */
export interface GroupOutcome {
  state: GroupState;
  /** Share of right answers among the samples. */
  solved: number;
}

export function groupState(zeroStd: boolean, solved: number): GroupState {
  if (!zeroStd) return 'mixed';
  return solved === 1 ? 'allRight' : solved === 0 ? 'allWrong' : 'equal';
}

/** Null when the rewards are lost, or do not tell what was right. */
export function outcomeOf(group: LoadedGroup, weights: OutcomeWeights | null): GroupOutcome | null {
  const { rewards, zeroStd, executions, completions } = group;
  if (rewards === null || zeroStd === null) return null;
  const samples = <T>(values: readonly T[]): T[] => values.filter((_, i) => !completions[i]?.proposed);
  if (executions === null && weights === null) return null;
  const solved =
    executions === null
      ? solvedByReward(samples(rewards), weights as OutcomeWeights)
      : solvedByOutcome(samples(executions).flat());
  return { state: groupState(zeroStd, solved), solved };
}

export function solvedByOutcome(executions: readonly Pick<Execution, 'outcome'>[]): number {
  return executions.length === 0 ? 0 : executions.filter(({ outcome }) => outcome === 'ok').length / executions.length;
}

/** Where outcomes were not kept: how far rewards are from wrong to right. Exact where nothing is given for partial answers and failures cost no more than wrong ones. */
export function solvedByReward(
  rewards: readonly (number | null)[],
  { correct, wrong, partial }: OutcomeWeights,
): number {
  const scored = rewards.filter((reward) => reward !== null);
  const full = correct + partial - wrong;
  if (scored.length === 0 || full === 0) return 0;
  const shares = scored.map((reward) => Math.min(1, Math.max(0, (reward - wrong) / full)));
  return shares.reduce((sum, value) => sum + value, 0) / shares.length;
}
