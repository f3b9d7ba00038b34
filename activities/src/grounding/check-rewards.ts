/**
 * Whether what an update rewards was read from the database: the rate of false rewards, and, where the config asks for it, which
 * rewards are withheld. docs/analyses.md says what counts as read.
 */
import type { ArtifactRef, Group, Metrics, RewardConfig, Shard, StepContext } from '@queryloop/contracts';
import { defaultLimits, keyedDraw, type RewardTerm, withheld } from '@queryloop/text-to-sql';
import type { PreparedDataset } from '../dataset-artifact.ts';
import { drawWithoutReplacement } from '../draw-without-replacement.ts';
import type { ScoredAttempt } from '../query-scorer.ts';
import { checkGrounded } from './check-grounded.ts';
import type { RightQuery } from './judge-query.ts';
import { rewardedBy } from './rewarded.ts';

/** Tells the draw of the sample from other draws by the same key. */
const SAMPLE_STREAM = 12;

export interface CheckRewards {
  groups: readonly Group[];
  /** Per group, per completion, per question. */
  scored: ScoredAttempt[][][];
  reward: RewardConfig;
  /** Where they ran. */
  database: string;
  terms: readonly RewardTerm[];
  shard: Shard;
  /** Keys the draw of the sample: its content depends on the seed of the run. */
  key: ArtifactRef;
}

export interface CheckedRewards {
  /** As given, ungrounded ones withheld where the config asks for it. */
  scored: ScoredAttempt[][][];
  metrics: Metrics;
}

/** A distinct pair of query and question that was rewarded. */
interface Rewarded extends RightQuery {
  key: string;
  /** Written by the policy, not only proposed by the grammar. */
  sampled: boolean;
}

/** Samples of the policy make the metrics. Undecided queries are not counted, and keep their reward. */
export async function checkRewards(
  { groups, scored, reward, terms, database, shard, key }: CheckRewards,
  dataset: PreparedDataset,
  context: StepContext,
): Promise<CheckedRewards> {
  // Runs of earlier versions have neither.
  const { requireGrounded = false, groundedSample = 0 } = reward as Partial<RewardConfig>;
  if (!requireGrounded && groundedSample === 0) return { scored, metrics: {} };
  const rewarded = rewardedPairs(groups, scored, terms, dataset).map(
    // Copies are SQLite files: what SQLite gave need not be asked again.
    ({ before, ...pair }): Rewarded => (database === 'sqlite' ? { ...pair, before } : pair),
  );
  const ofPolicy = rewarded.filter(({ sampled }) => sampled);
  const checked = requireGrounded
    ? rewarded
    : drawWithoutReplacement(
        ofPolicy,
        () => 1,
        shareOf(groundedSample, shard),
        keyedDraw(Number.parseInt(key.hash.slice(0, 8), 16), SAMPLE_STREAM),
      );
  const poolSize = requireGrounded ? defaultLimits.poolSize : 1;
  const grounded = await checkGrounded(checked, dataset, context, poolSize);
  const metrics = falseRate(grounded.filter((_, i) => checked[i]?.sampled));
  if (!requireGrounded) return { scored, metrics };
  const ungrounded = new Set(checked.flatMap((pair, i) => (grounded[i] === false ? [pair.key] : [])));
  const kept = scored.map((completions, g) =>
    completions.map((attempts) =>
      attempts.map((attempt, q): ScoredAttempt => {
        const question = groups[g]?.questions[q] ?? -1;
        const isFalse = ungrounded.has(keyOf(question, attempt));
        return isFalse ? { ...attempt, ...withheld.judged, withheld: true } : attempt;
      }),
    ),
  );
  return { scored: kept, metrics: { ...metrics, ...withheldShare(groups, kept) } };
}

function falseRate(grounded: readonly (boolean | null)[]): Metrics {
  const decided = grounded.filter((each) => each !== null);
  const count = { 'rewards/grounded_checked': decided.length };
  if (decided.length === 0) return count;
  return { ...count, 'rewards/false_rate': decided.filter((each) => !each).length / decided.length };
}

/** Share of the samples' queries. */
function withheldShare(groups: readonly Group[], scored: readonly ScoredAttempt[][][]): Metrics {
  const own = scored.flatMap((completions, g) =>
    completions.filter((_, i) => !groups[g]?.completions[i]?.proposed).flat(),
  );
  if (own.length === 0) return {};
  return { 'rewards/withheld': own.filter((attempt) => attempt.withheld).length / own.length };
}

/** In the order of the rollout, so that draws repeat. */
function rewardedPairs(
  groups: readonly Group[],
  scored: readonly ScoredAttempt[][][],
  terms: readonly RewardTerm[],
  { splits }: PreparedDataset,
): Required<Rewarded>[] {
  const found = new Map<string, Required<Rewarded>>();
  const isRewarded = rewardedBy(terms);
  groups.forEach(({ questions, completions }, g) => {
    completions.forEach(({ proposed }, i) => {
      scored[g]?.[i]?.forEach((attempt, q) => {
        const index = questions[q] ?? -1;
        const question = splits.train.questions[index];
        if (question === undefined || attempt.failed) return;
        const key = keyOf(index, attempt);
        const known = found.get(key);
        if (known) known.sampled ||= !proposed;
        else if (isRewarded(attempt, question))
          found.set(key, { key, sql: attempt.sql, before: attempt.outcome, question, sampled: !proposed });
      });
    });
  });
  return [...found.values()];
}

const keyOf = (question: number, { sql }: ScoredAttempt): string => `${question} ${sql}`;

/** Shards have equal parts of the sample, which add up to it. */
function shareOf(sample: number, { index, of }: Shard): number {
  return Math.floor((sample * (index + 1)) / of) - Math.floor((sample * index) / of);
}
