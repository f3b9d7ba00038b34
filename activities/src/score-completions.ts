/** Runs the completions of a rollout on the database and turns what came back into rewards. */
import {
  type Completion,
  type Group,
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
import { type Judged, openReward, outcomeWeights } from '@queryloop/text-to-sql';
import { loadDataset } from './dataset-artifact.ts';
import { checkRewards } from './grounding/check-rewards.ts';
import { packExecutions, type ScoredGroup } from './pack-executions.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';
import { repairMetrics } from './repair/repair-metrics.ts';
import { turnRewards } from './repair/turn-rewards.ts';
import { componentsToKeep, weightedSums } from './reward-components.ts';
import { rewardQueries } from './reward-queries.ts';
import { previousRewards } from './rollout-artifact.ts';

/** How far one rollout moves the record of how well a prompt is solved. */
const SOLVED_STEP = 0.5;

/**
 * A completion's reward is the weighted sum of its functions' means over the group's questions. Metrics are about the samples; a
 * proposal gets a reward only when it did better than every sample of its group, else null, which keeps it out of the baseline and
 * the loss.
 */
export const scoreCompletions: Step<ScoreCompletionsInput, ScoreCompletionsOutput> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const rollout = await context.artifacts.getJson<Rollout>(input.rollout);
  const { update, groups } = rollout;
  const previous = await previousRewards(input.previous, context);
  const carried = (input.shard?.index ?? 0) === 0 ? previous : { solved: {}, found: {} };
  const solved: Rewards['solved'] = { ...carried.solved };
  const found: Rewards['found'] = { ...carried.found };
  const scorer = await openScorer(dataset, 'train', input.database, context);
  const attempts = groups.flatMap(({ questions, completions }) =>
    completions.flatMap(({ text }) => questions.map((question) => ({ question, sql: text }))),
  );
  const report = (done: number) => context.progress({ phase: 'score completions', done, total: attempts.length });
  const judged = await scorer.score(attempts, report);
  const reward = openReward(input.reward);
  const { database, shard = { index: 0, of: 1 } } = input;
  const ran = byCompletion(groups, judged);
  const checking = checkRewards(
    { groups, scored: ran, reward: input.reward, terms: reward.terms, database, shard, key: input.rollout },
    dataset,
    context,
  );
  // Where nothing is withheld, the check goes on beside what follows.
  checking.catch(() => undefined);
  const scored = input.reward.requireGrounded ? (await checking).scored : ran;
  const components = await rewardQueries(reward, dataset.splits.train, groups, scored, {
    signal: context.signal,
    onAlive: () => report(attempts.length),
  });
  const perTurn =
    input.reward.perTurn &&
    (await turnRewards(reward, dataset.splits.train, groups, scorer, {
      signal: context.signal,
      onAlive: () => report(attempts.length),
    }));

  const samples: ScoredAttempt[] = [];
  const scoredGroups: ScoredGroup[] = [];
  const rewards = groups.map(({ prompt, questions, completions }, g) => {
    const results = scored[g] ?? [];
    const ofSamples = results.filter((_, i) => !completions[i]?.proposed);
    samples.push(...ofSamples.flat());
    const answers = questions.map((question) => dataset.splits.train.questions[question]?.answer ?? '');
    scoredGroups.push({ prompt, completions, answers, scored: results });
    const share = mean(ofSamples.flat().map(({ correct }) => Number(correct)));
    solved[prompt] = (previous.solved[prompt] ?? 0) * (1 - SOLVED_STEP) + share * SOLVED_STEP;
    const own = groupRewards(completions, weightedSums(reward.terms, components, g));
    const adopted = bestProposal(completions, own);
    if (adopted) found[prompt] = adopted.text;
    return own;
  });
  const adopted = groups.flatMap(({ completions }, g) =>
    completions.filter((c, i) => c.proposed && rewards[g]?.[i] !== null),
  ).length;
  const artifact: Rewards = {
    update,
    rewards,
    ...componentsToKeep(input.reward, reward.terms, components),
    ...(perTurn && { turnRewards: perTurn }),
    solved,
    found,
  };
  const executions = packExecutions(update, outcomeWeights(input.reward), scoredGroups);
  return {
    rewards: await context.artifacts.putJson('rewards', artifact),
    executions: await context.artifacts.putJson('executions', executions),
    metrics: {
      ...metricsOf(samples),
      ...(await checking).metrics,
      ...repairMetrics(rollout, scored),
      num_queries: samples.length,
      'proposals/adopted': adopted,
    },
  };
};

/** Per group, per completion, per question. */
function byCompletion(groups: readonly Group[], judged: readonly ScoredAttempt[]): ScoredAttempt[][][] {
  let next = 0;
  return groups.map(({ questions, completions }) =>
    completions.map(() => judged.slice(next, (next += questions.length))),
  );
}

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
function metricsOf(scored: readonly Judged[]): Metrics {
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

function executionOutcome({ verdict, correct }: Judged): ExecutionOutcome {
  if (correct) return 'ok';
  if (verdict === 'wrong' || verdict === 'truncated') return 'wrong';
  return verdict === 'empty' || verdict === 'timeout' ? verdict : 'error';
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
