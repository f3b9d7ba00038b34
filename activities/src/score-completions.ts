/** Runs the completions of a rollout on the database and turns what came back into rewards. */
import {
  type Completion,
  groupRewards,
  type Metrics,
  outcomeClasses,
  type Rewards,
  type Rollout,
  type ScoreCompletionsInput,
  type ScoreCompletionsOutput,
  type Step,
} from '@queryloop/contracts';
import { type ExecutionOutcome, executionMetrics } from '@queryloop/grpo';
import { rewardWeights, type Scored } from '@queryloop/text-to-sql';
import { loadDataset } from './dataset-artifact.ts';
import { packExecutions, type ScoredGroup } from './pack-executions.ts';
import { openScorer } from './query-scorer.ts';
import { previousRewards } from './rollout-artifact.ts';

/** How far one rollout moves the record of how well a prompt is solved. */
const SOLVED_STEP = 0.5;

/**
 * A completion's reward is its mean over the group's questions. Metrics are about the samples; a proposal gets a reward only
 * when it did better than every sample of its group, else null, which keeps it out of the baseline and the loss.
 */
export const scoreCompletions: Step<ScoreCompletionsInput, ScoreCompletionsOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const { update, groups } = await context.artifacts.getJson<Rollout>(input.rollout);
  const previous = await previousRewards(input.previous, context);
  const carried = (input.shard?.index ?? 0) === 0 ? previous : { solved: {}, found: {} };
  const solved: Rewards['solved'] = { ...carried.solved };
  const found: Rewards['found'] = { ...carried.found };
  const scorer = await openScorer(dataset, 'train', input.database, input.reward, context);
  const attempts = groups.flatMap(({ questions, completions }) =>
    completions.flatMap(({ text }) => questions.map((question) => ({ question, sql: text }))),
  );
  const scored = await scorer.score(attempts, (done) =>
    context.progress({ phase: 'score completions', done, total: attempts.length }),
  );

  let next = 0;
  const samples: Scored[] = [];
  const scoredGroups: ScoredGroup[] = [];
  const rewards = groups.map(({ prompt, questions, completions }) => {
    const results = completions.map(() => scored.slice(next, (next += questions.length)));
    const ofSamples = results.filter((_, i) => !completions[i]?.proposed);
    samples.push(...ofSamples.flat());
    const answers = questions.map((question) => dataset.splits.train.questions[question]?.answer ?? '');
    scoredGroups.push({ prompt, completions, answers, scored: results });
    const share = mean(ofSamples.flat().map(({ correct }) => Number(correct)));
    solved[prompt] = (previous.solved[prompt] ?? 0) * (1 - SOLVED_STEP) + share * SOLVED_STEP;
    const own = groupRewards(
      completions,
      results.map((scores) => mean(scores.map((score) => score.reward))),
    );
    const adopted = bestProposal(completions, own);
    if (adopted) found[prompt] = adopted.text;
    return own;
  });
  const adopted = groups.flatMap(({ completions }, g) =>
    completions.filter((c, i) => c.proposed && rewards[g]?.[i] !== null),
  ).length;
  const artifact: Rewards = { update, rewards, solved, found };
  const executions = packExecutions(update, rewardWeights(input.reward), scoredGroups);
  return {
    rewards: await context.artifacts.putJson('rewards', artifact),
    executions: await context.artifacts.putJson('executions', executions),
    metrics: { ...metricsOf(samples), num_queries: samples.length, 'proposals/adopted': adopted },
  };
};

/** The proposal with the highest reward; of equal ones the first, so that one found earlier stays. */
function bestProposal(completions: readonly Completion[], rewards: readonly (number | null)[]): Completion | undefined {
  let best: Completion | undefined;
  let highest = Number.NEGATIVE_INFINITY;
  completions.forEach((completion, i) => {
    const reward = rewards[i] ?? null;
    if (!completion.proposed || reward === null || reward <= highest) return;
    best = completion;
    highest = reward;
  });
  return best;
}

/** Shares of the queries that ran; nothing for a shard without any. */
function metricsOf(scored: readonly Scored[]): Metrics {
  if (scored.length === 0) return {};
  return {
    ...executionMetrics(scored.map(executionOutcome)),
    ...Object.fromEntries(
      outcomeClasses.map((outcome) => [
        `outcomes/${outcome}`,
        mean(scored.map(({ verdict }) => (verdict === outcome ? 1 : 0))),
      ]),
    ),
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
