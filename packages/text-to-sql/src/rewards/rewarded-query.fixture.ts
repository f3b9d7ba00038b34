/** Rewarded queries made by hand: for tests of reward functions. */
import type { RewardedQuery } from './contract.ts';
import { judgeOutcome } from './judge-outcome.ts';

/** A finished completion; its verdict is that of its outcome. */
export function rewardedQuery(parts: Partial<RewardedQuery> = {}): RewardedQuery {
  const gold = parts.gold ?? { answer: '2' };
  const outcome = parts.outcome ?? { kind: 'rows', columns: ['n'], rows: [[2]], truncated: false };
  return {
    prompt: 'question: how many ?\n',
    completion: 'SELECT 2',
    sql: 'SELECT 2',
    question: 'How many?',
    tokens: 3,
    finished: true,
    ...parts,
    gold,
    outcome,
    verdict: parts.verdict ?? judgeOutcome(outcome, gold).verdict,
  };
}
