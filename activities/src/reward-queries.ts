/** Gives every completion of a rollout the scores of the reward functions, from what came of its queries. */
import { type Group, type StepContext, writtenTokens } from '@queryloop/contracts';
import type { Reward, RewardedQuery } from '@queryloop/text-to-sql';
import { withheld } from '@queryloop/text-to-sql';
import type { PreparedSplit } from './dataset-artifact.ts';
import type { ScoredAttempt } from './query-scorer.ts';

/** Per completion, per question of its group. */
export type GroupAttempts = readonly (readonly ScoredAttempt[])[];

/**
 * Scores per function, group and completion: the mean over the questions of the group that the function applies to; null where it
 * applies to none. Throws UserError for a module of the user that does not do what it should.
 */
export async function rewardQueries(
  reward: Reward,
  { questions }: PreparedSplit,
  groups: readonly Group[],
  attempts: readonly GroupAttempts[],
  { signal, onAlive }: { onAlive(): void } & Pick<StepContext, 'signal'>,
): Promise<(number | null)[][][]> {
  const queries = groups.flatMap(({ prompt, questions: asked, completions }, g) =>
    completions.flatMap((completion, i) =>
      asked.map((place, q): RewardedQuery => {
        const { question = '', answer = '', rows, ordered } = questions[place] ?? {};
        const attempt = attempts[g]?.[i]?.[q] as ScoredAttempt;
        return {
          prompt,
          completion: completion.written ?? completion.text,
          sql: attempt.sql,
          question,
          gold: { answer, ...(rows && { rows }), ...(ordered !== undefined && { ordered }) },
          outcome: attempt.withheld ? withheld.outcome : attempt.outcome,
          verdict: attempt.verdict,
          tokens: writtenTokens(completion),
          finished: completion.finished,
        };
      }),
    ),
  );
  const scores = await reward.score(queries, { signal, onAlive });
  return scores.map((own) => {
    let next = 0;
    return groups.map(({ questions: asked, completions }) =>
      completions.map(() => meanOfScored(own.slice(next, (next += asked.length)))),
    );
  });
}

function meanOfScored(scores: readonly (number | null)[]): number | null {
  const scored = scores.filter((score) => score !== null);
  return scored.length === 0 ? null : scored.reduce((sum, score) => sum + score, 0) / scored.length;
}
