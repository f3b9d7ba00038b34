/** Rewards of the turns before the last of each completion, each for its own query (reward.perTurn). */
import type { Completion, Group, StepContext } from '@queryloop/contracts';
import type { Reward } from '@queryloop/text-to-sql';
import type { PreparedSplit } from '../dataset-artifact.ts';
import type { QueryScorer } from '../query-scorer.ts';
import { weightedSums } from '../reward-components.ts';
import { rewardQueries } from '../reward-queries.ts';

/** Per group, per completion, per turn before the last; null where no function applies. Their queries run again, all on all questions. */
export async function turnRewards(
  reward: Reward,
  split: PreparedSplit,
  groups: readonly Group[],
  scorer: QueryScorer,
  options: { onAlive(): void } & Pick<StepContext, 'signal'>,
): Promise<(number | null)[][][]> {
  const earlier = groups.map((group): Group => ({ ...group, completions: group.completions.flatMap(asCompletions) }));
  const scored = await scorer.score(
    earlier.flatMap(({ questions, completions }) =>
      completions.flatMap(({ text }) => questions.map((question) => ({ question, sql: text }))),
    ),
    options.onAlive,
  );
  let next = 0;
  const attempts = earlier.map(({ questions, completions }) =>
    completions.map(() => scored.slice(next, (next += questions.length))),
  );
  const scores = await rewardQueries(reward, split, earlier, attempts, options);
  return groups.map(({ completions }, g) => {
    const sums = weightedSums(reward.terms, scores, g);
    let turn = 0;
    return completions.map(({ turns = [] }) => sums.slice(turn, (turn += turns.length)));
  });
}

/** A completion's earlier turns as completions of their own, for what rewards ask of one: text, length, end. */
function asCompletions({ turns = [] }: Completion): Completion[] {
  return turns.map(({ text, written, tokens }) => ({
    ids: new Array<number>(tokens).fill(0),
    logProbs: [],
    text,
    ...(written !== undefined && { written }),
    finished: true,
  }));
}
