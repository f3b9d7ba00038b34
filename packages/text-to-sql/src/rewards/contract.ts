/**
 * The contract of reward functions: plain functions that get a batch of queries with what came of them and give each a score, or null
 * where they do not apply. Whoever calls them averages over the questions of a group, weighs and adds up (docs/rewards.md).
 */
import type { OutcomeClass } from '@queryloop/contracts';
import type { Gold } from '../comparison/gold.ts';
import type { Outcome } from '../executors/contract.ts';

/** A completion that ran for one of the questions that share its prompt. */
export interface RewardedQuery {
  /** What the policy read; where that is more than the question (prompt.style), the question. */
  prompt: string;
  /** All it wrote, reasoning included; with placeholders where the prompt has them. */
  completion: string;
  /** The query that ran, values bound. */
  sql: string;
  question: string;
  gold: Gold;
  outcome: Outcome;
  /** `ok`: right by exact accuracy. */
  verdict: OutcomeClass;
  /** Length of the completion. */
  tokens: number;
  /** Ended by itself rather than at rollout.maxTokens. */
  finished: boolean;
}

/** One score for each query of the batch, in its order: a finite number, or null where the function does not apply. */
export type RewardFunction = (batch: readonly RewardedQuery[]) => (number | null)[] | Promise<(number | null)[]>;

/** What can still be told of a query long after its result is gone. */
export type StoredQuery = Pick<RewardedQuery, 'completion' | 'verdict' | 'tokens' | 'finished'>;

/** A reward function that scores queries one by one. */
export function each(score: (query: RewardedQuery) => number | null): RewardFunction {
  return (batch) => batch.map(score);
}

/** Executed, whatever it returned. */
export function ran({ verdict }: Pick<RewardedQuery, 'verdict'>): boolean {
  return verdict === 'ok' || verdict === 'wrong' || verdict === 'empty' || verdict === 'truncated';
}
