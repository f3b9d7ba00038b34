/** What a rollout and its rewards look like in the artifact store. */

import type { ArtifactRef, StepContext } from '@queryloop/contracts';

export interface Completion {
  /** Token ids, the end token included when it was reached. */
  ids: number[];
  /** Log-probability of each token under the policy that sampled it, at the sampling temperature. */
  logProbs: number[];
  text: string;
  /** Ended by itself rather than at maxTokens. */
  finished: boolean;
  /** Drawn from the grammar rather than sampled. */
  proposed?: boolean;
}

/** The G completions of one prompt, and the train questions (indexes) they are scored on. */
export interface Group {
  prompt: string;
  promptIds: number[];
  questions: number[];
  completions: Completion[];
}

export interface Rollout {
  update: number;
  groups: Group[];
}

/** With several shards, the first carries what is known of all prompts on, the others only tell of their own. */
export interface Rewards {
  update: number;
  /** Per group, per completion; null for a proposal that did no better than the samples. */
  rewards: (number | null)[][];
  /** Per prompt: running mean of the share of right answers, which steers the draw of prompts. */
  solved: Record<string, number>;
  /** Per prompt: the last proposal that did better than every sample; it is proposed again until the prompt is solved. */
  found: Record<string, string>;
}

/** What the rewards of the update before, of all shards in order, know of the prompts; nothing before the first update. */
export async function previousRewards(
  refs: readonly ArtifactRef[],
  { artifacts }: Pick<StepContext, 'artifacts'>,
): Promise<Pick<Rewards, 'solved' | 'found'>> {
  const known: Pick<Rewards, 'solved' | 'found'> = { solved: {}, found: {} };
  for (const ref of refs) {
    const { solved, found } = await artifacts.getJson<Rewards>(ref);
    Object.assign(known.solved, solved);
    Object.assign(known.found, found);
  }
  return known;
}
