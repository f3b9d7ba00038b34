/** How far apart two artifacts are that should be the same. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metrics, Rewards, Rollout } from '@queryloop/contracts';
import { readSafetensors } from '@queryloop/policy/safetensors';

export interface Difference {
  /** Null when they differ in more than numbers. */
  largestDifference: number | null;
  /** In words. */
  difference: string;
}

export function rolloutDifference(stored: Rollout, replayed: Rollout): Difference {
  const [old, now] = [completionsOf(stored), completionsOf(replayed)];
  const other = old.filter(({ text, ids }, i) => text !== now[i]?.text || ids.join() !== now[i]?.ids.join()).length;
  if (old.length !== now.length || other > 0)
    return {
      largestDifference: null,
      difference: `${other} of ${old.length} completions are others${old.length === now.length ? '' : `, and there are ${now.length}`}`,
    };
  const largest = largestOf(old.map(({ logProbs }, i) => apart(logProbs, now[i]?.logProbs ?? [])));
  if (largest === 0)
    return { largestDifference: null, difference: 'the completions are the same, their prompts are not' };
  return { largestDifference: largest, difference: 'the log-probabilities of tokens differ' };
}

export function rewardsDifference(stored: Rewards, replayed: Rewards): Difference {
  const [old, now] = [stored.rewards.flat(), replayed.rewards.flat()];
  const other = old.filter((reward, i) => (reward === null) !== ((now[i] ?? null) === null)).length;
  if (old.length !== now.length || other > 0)
    return { largestDifference: null, difference: 'other completions are rewarded' };
  const largest = apart(
    old.map((reward) => reward ?? 0),
    now.map((reward) => reward ?? 0),
  );
  if (largest > 0) return { largestDifference: largest, difference: 'rewards differ' };
  // Advantages may come from what each function gave rather than from the sum.
  const given = ({ components }: Rewards): number[] => (components?.scores.flat(2) ?? []).map((score) => score ?? 0);
  const apiece = apart(given(stored), given(replayed));
  if (apiece > 0)
    return { largestDifference: apiece, difference: 'what reward functions gave differs, their sum does not' };
  return { largestDifference: null, difference: 'the rewards are the same, what is known of the prompts is not' };
}

/** Of all tensors in two folders: weights and the optimizer's moments. */
export async function snapshotDifference(stored: string, replayed: string): Promise<Difference> {
  const tensorsOf = async (folder: string): Promise<string[]> =>
    (await readdir(folder)).filter((name) => name.endsWith('.safetensors')).sort();
  const [old, now] = [await tensorsOf(stored), await tensorsOf(replayed)];
  if (old.join() !== now.join())
    return { largestDifference: null, difference: `files ${now.join(', ')} instead of ${old.join(', ')}` };
  let largest = 0;
  let where = '';
  for (const file of old) {
    const [before, after] = [await readSafetensors(join(stored, file)), await readSafetensors(join(replayed, file))];
    for (const [name, { values, shape }] of before) {
      const other = after.get(name);
      if (other === undefined || other.shape.join() !== shape.join())
        return { largestDifference: null, difference: `tensor ${name} has another shape` };
      const difference = apart(values, other.values);
      if (difference <= largest) continue;
      [largest, where] = [difference, name];
    }
  }
  if (largest === 0) return { largestDifference: null, difference: 'the tensors are the same, other files are not' };
  return { largestDifference: largest, difference: `values differ, most in ${where}` };
}

/** Over the metrics that were stored: a later version may know more. One that is missing counts with all of its value. */
export function metricsDifference(stored: Metrics, replayed: Metrics): number {
  return largestOf(Object.entries(stored).map(([name, value]) => Math.abs(value - (replayed[name] ?? 0))));
}

function completionsOf({ groups }: Rollout) {
  return groups.flatMap(({ completions }) => completions);
}

function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < Math.max(a.length, b.length); i++)
    largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}

function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), 0);
}
