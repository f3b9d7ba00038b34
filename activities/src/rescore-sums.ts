/** Two sets of rewards for the same completions, as sums that can be added up over updates. */
import type { RescoreComparison, RewardStatistics } from '@queryloop/contracts';
import { batchAdvantages, type RewardedBatch } from '@queryloop/grpo/batch-advantages';

interface SideSums {
  completions: number;
  rewards: number;
  squaredRewards: number;
  absoluteAdvantages: number;
  /** Groups whose rewards are all equal. */
  flatGroups: number;
}

export interface RescoreSums {
  groups: number;
  before: SideSums;
  after: SideSums;
  /** Of the advantages of completions scored on both sides: x before, y after. */
  pairs: { n: number; x: number; y: number; xx: number; yy: number; xy: number; signChanged: number };
}

/** Below this an advantage is rounding noise of zero. */
const ROUNDING = 1e-9;

/** Of one update: a batch whose advantages may be divided by its own standard deviation. Both sides have the same shape. */
export function rescoreSums(before: RewardedBatch, after: RewardedBatch): RescoreSums {
  const [old, now] = [batchAdvantages(before), batchAdvantages(after)];
  const pairs = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0, signChanged: 0 };
  before.rewards.forEach((group, g) => {
    group.forEach((reward, i) => {
      if (reward === null || (after.rewards[g]?.[i] ?? null) === null) return;
      const [x, y] = [old.advantages[g]?.[i] ?? 0, now.advantages[g]?.[i] ?? 0];
      pairs.n += 1;
      pairs.x += x;
      pairs.y += y;
      pairs.xx += x * x;
      pairs.yy += y * y;
      pairs.xy += x * y;
      if ((x > ROUNDING && y < -ROUNDING) || (x < -ROUNDING && y > ROUNDING)) pairs.signChanged += 1;
    });
  });
  return { groups: before.rewards.length, before: sideSums(before, old), after: sideSums(after, now), pairs };
}

function sideSums({ rewards }: RewardedBatch, { advantages, zeroStd }: ReturnType<typeof batchAdvantages>): SideSums {
  const scored = rewards.flat().filter((reward) => reward !== null);
  return {
    completions: scored.length,
    rewards: sum(scored),
    squaredRewards: sum(scored.map((reward) => reward * reward)),
    absoluteAdvantages: sum(advantages.flat().map(Math.abs)),
    flatGroups: zeroStd.filter(Boolean).length,
  };
}

/** Of several updates together. */
export function addSums(all: readonly RescoreSums[]): RescoreSums {
  const add = <Fields extends object>(parts: readonly Fields[], empty: Fields): Fields =>
    Object.fromEntries(
      Object.keys(empty).map((name) => [name, sum(parts.map((part) => part[name as keyof Fields] as number))]),
    ) as Fields;
  const side = { completions: 0, rewards: 0, squaredRewards: 0, absoluteAdvantages: 0, flatGroups: 0 };
  const pairs = { n: 0, x: 0, y: 0, xx: 0, yy: 0, xy: 0, signChanged: 0 };
  return {
    groups: sum(all.map(({ groups }) => groups)),
    before: add(
      all.map(({ before }) => before),
      side,
    ),
    after: add(
      all.map(({ after }) => after),
      side,
    ),
    pairs: add(
      all.map((sums) => sums.pairs),
      pairs,
    ),
  };
}

export function rescoreComparison({ groups, before, after, pairs }: RescoreSums): RescoreComparison {
  const { n, x, y, xx, yy, xy, signChanged } = pairs;
  const spread = Math.sqrt(Math.max(0, xx - (x * x) / n)) * Math.sqrt(Math.max(0, yy - (y * y) / n));
  const correlation = n > 1 && spread > ROUNDING ? (xy - (x * y) / n) / spread : null;
  return {
    groups,
    completions: n,
    before: statistics(before, groups),
    after: statistics(after, groups),
    // Rounding must not push it outside.
    correlation: correlation === null ? null : Math.min(1, Math.max(-1, correlation)),
    signChanged: n === 0 ? null : signChanged / n,
  };
}

function statistics(
  { completions: n, rewards, squaredRewards, absoluteAdvantages, flatGroups }: SideSums,
  groups: number,
): RewardStatistics {
  const variance = n > 1 ? (squaredRewards - (rewards * rewards) / n) / (n - 1) : 0;
  return {
    meanReward: n === 0 ? null : rewards / n,
    stdReward: n === 0 ? null : Math.sqrt(Math.max(0, variance)),
    zeroVariance: groups === 0 ? null : flatGroups / groups,
    meanAbsoluteAdvantage: n === 0 ? null : absoluteAdvantages / n,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
