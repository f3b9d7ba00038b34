/** Runs the completions of a rollout on the database and turns what came back into rewards. */
import type { Metrics, ScoreCompletionsInput, ScoreCompletionsOutput, Step } from '@queryloop/contracts';
import { type ExecutionOutcome, executionMetrics } from '@queryloop/grpo';
import type { Scored } from '@queryloop/text-to-sql';
import { loadDataset } from './dataset-artifact.ts';
import { openScorer } from './query-scorer.ts';
import type { Rewards, Rollout } from './rollout-artifact.ts';

/** How far one rollout moves the record of how well a prompt is solved. */
const SOLVED_STEP = 0.5;

/** A completion's reward is its mean over the group's questions. */
export const scoreCompletions: Step<ScoreCompletionsInput, ScoreCompletionsOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const { update, groups } = await context.artifacts.getJson<Rollout>(input.rollout);
  const solved = input.previous ? { ...(await context.artifacts.getJson<Rewards>(input.previous)).solved } : {};
  const scorer = await openScorer(dataset, 'train', input.database, input.reward, context);
  const attempts = groups.flatMap(({ questions, completions }) =>
    completions.flatMap(({ text }) => questions.map((question) => ({ question, sql: text }))),
  );
  const scored = await scorer.score(attempts, (done) =>
    context.progress({ phase: 'score completions', done, total: attempts.length }),
  );

  let next = 0;
  const rewards = groups.map(({ prompt, questions, completions }) => {
    let right = 0;
    const own = completions.map(() => {
      const results = scored.slice(next, (next += questions.length));
      right += results.filter(({ correct }) => correct).length;
      return mean(results.map(({ reward }) => reward));
    });
    const share = right / (completions.length * questions.length);
    solved[prompt] = (solved[prompt] ?? 0) * (1 - SOLVED_STEP) + share * SOLVED_STEP;
    return own;
  });
  const artifact: Rewards = { update, rewards, solved };
  return { rewards: await context.artifacts.putJson('rewards', artifact), metrics: metricsOf(scored) };
};

function metricsOf(scored: readonly Scored[]): Metrics {
  return {
    ...executionMetrics(scored.map(executionOutcome)),
    'rewards/accuracy/mean': mean(scored.map(({ correct }) => (correct ? 1 : 0))),
  };
}

function executionOutcome({ verdict, correct }: Scored): ExecutionOutcome {
  if (correct) return 'ok';
  if (verdict === 'wrong' || verdict === 'truncated') return 'wrong';
  return verdict === 'empty' || verdict === 'timeout' ? verdict : 'error';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
