/** What a rollout and its rewards look like in the artifact store. */

export interface Completion {
  /** Token ids, the end token included when it was reached. */
  ids: number[];
  /** Log-probability of each token under the policy that sampled it, at the sampling temperature. */
  logProbs: number[];
  text: string;
  /** Ended by itself rather than at maxTokens. */
  finished: boolean;
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

export interface Rewards {
  update: number;
  /** Per group, per completion. */
  rewards: number[][];
  /** Per prompt: running mean of the share of right answers, which steers the draw of prompts. */
  solved: Record<string, number>;
}
