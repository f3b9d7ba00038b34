/** Attacks a reward and the metrics with queries that do not read what was asked for, and says how much each earns (docs/analyses.md). */
import { join } from 'node:path';
import type { DatasetConfig, RewardConfig, Step, StepContext } from '@queryloop/contracts';
import {
  type AttackFindings,
  type AttackQuery,
  attackFindings,
  attackQueries,
  bindPlaceholders,
  compareAll,
  countTokens,
  goldRows,
  type Judged,
  judgeOutcome,
  keyedDraw,
  type Outcome,
  openReward,
  type Reward,
  type RewardedQuery,
  readSqlite,
  withheld,
} from '@queryloop/text-to-sql';
import { attackTable, type ScorerKind } from './attack-table.ts';
import { loadDataset, type PreparedDataset, type PreparedQuestion, questionsByPrompt } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { checkGrounded } from './grounding/check-grounded.ts';
import { judgeText, type RightQuery } from './grounding/judge-query.ts';
import { rewardedBy } from './grounding/rewarded.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { openScorer, type ScoredAttempt } from './query-scorer.ts';

export interface AuditRewardInput {
  dataset: DatasetConfig;
  database: string;
  reward: RewardConfig;
  /** A prompt has no more questions than this in a group of the run. */
  questionsPerPrompt: number;
  /** Of each split; drawn as whole prompts. */
  questions: number;
  seed: number;
  threads: number;
}

export interface AuditedScorer {
  kind: ScorerKind;
  name: string;
  findings: AttackFindings;
}

export interface AuditedSplit {
  split: AttackedRole;
  questions: number;
  prompts: number;
  scorers: AuditedScorer[];
}

export interface AuditRewardOutput {
  label: string;
  attacks: Record<AttackQuery['kind'], number>;
  splits: AuditedSplit[];
}

/** The test split is never looked at. */
type AttackedRole = 'train' | 'dev';

const SAMPLE_STREAM = 13;

export const auditReward: Step<AuditRewardInput, AuditRewardOutput> = async (input, context) => {
  const { dataset: ref, label } = await prepareDataset({ dataset: input.dataset, database: input.database }, context);
  const dataset = await loadDataset(ref, context);
  const { schema, forms, splits } = dataset;
  const rows = readSqlite(join(await context.artifacts.path(splits.train.database), 'data.sqlite'), schema);
  const attacks = attackQueries({ schema, rows, forms, questions: splits.train.questions });
  const audited: AuditedSplit[] = [];
  for (const split of ['train', 'dev'] as const)
    audited.push(await attackSplit(split, attacks, dataset, input, context));
  const count = (kind: AttackQuery['kind']) => attacks.filter((attack) => attack.kind === kind).length;
  return { label, attacks: { data_free: count('data_free'), over_broad: count('over_broad') }, splits: audited };
};

async function attackSplit(
  role: AttackedRole,
  attacks: readonly AttackQuery[],
  dataset: PreparedDataset,
  input: AuditRewardInput,
  context: StepContext,
): Promise<AuditedSplit> {
  const { questions } = dataset.splits[role];
  const places = drawQuestions(dataset, role, input);
  const reward = openReward(input.reward);
  const scorer = await openScorer(dataset, role, input.database, context);
  const table = attackTable(reward.terms, attacks.length);
  const known = new Map<string, ScoredAttempt>();
  const compare = comparing();
  const texts = attacks.map(({ sql }) => textOf(sql));
  for (const [done, place] of places.entries()) {
    context.signal.throwIfAborted();
    const report = () => context.progress({ phase: `attack ${role}`, done, total: places.length });
    report();
    const question = questions[place] as PreparedQuestion;
    const attempts = await runAttacks(attacks, { place, question }, scorer.score, known, compare);
    const tried = await withhold(attempts, question, role, { reward, config: input.reward }, dataset, context);
    const measures = [rightAnswer(question), nothingFound];
    const queries = [...measures, ...tried].map((attempt, i) =>
      rewardedQuery(attempt, question, texts[i - measures.length]),
    );
    const scores = await reward.score(queries, { signal: context.signal, onAlive: report });
    // What is withheld is the reward's business: comparators see what the query returned.
    const outcomes = [...measures, ...attempts].map(({ outcome }) => outcome);
    table.add(
      scores,
      outcomes.map((outcome) => compare(outcome, question).compared),
    );
  }
  await scorer.close();
  const prompts = places.map((place) => questions[place]?.prompt ?? '');
  const scorers = table.scorers().map(({ kind, name, scores }) => {
    return { kind, name, findings: attackFindings(attacks, prompts, scores) };
  });
  return { split: role, questions: places.length, prompts: new Set(prompts).size, scorers };
}

/** Questions of prompts drawn by the seed, as many of a prompt as stand in a group. */
function drawQuestions(
  { splits }: PreparedDataset,
  role: AttackedRole,
  { questions, questionsPerPrompt, seed }: AuditRewardInput,
): number[] {
  const prompts = [...questionsByPrompt(splits[role]).values()];
  const draw = keyedDraw(seed, SAMPLE_STREAM);
  const shuffled = prompts.map((own) => ({ own, at: draw.uniform() })).sort((a, b) => a.at - b.at);
  const drawn: number[] = [];
  for (const { own } of shuffled) {
    if (drawn.length >= questions) break;
    const room = Math.min(questionsPerPrompt, questions - drawn.length);
    drawn.push(...drawWithoutReplacement(own, () => 1, room, draw));
  }
  return drawn;
}

/** A query whose values the question does not name cannot run; it counts as one that fails. */
const unbound: Outcome = { kind: 'error', code: 'syntax', message: 'names a value that the question does not name' };

/** What each attack gives for a question; equal statements are run once. */
async function runAttacks(
  attacks: readonly AttackQuery[],
  { place, question }: { place: number; question: PreparedQuestion },
  score: (attempts: { question: number; sql: string }[]) => Promise<ScoredAttempt[]>,
  known: Map<string, ScoredAttempt>,
  compare: Compare,
): Promise<ScoredAttempt[]> {
  const names = Object.keys(question.bindings);
  const keys = attacks.map(({ sql }) => {
    const used = [...new Set(sql.match(/\{\w+\}/g))].map((name) => name.slice(1, -1));
    if (used.some((name) => !names.includes(name))) return null;
    return JSON.stringify([sql, used.map((name) => question.bindings[name])]);
  });
  const fresh = attacks.flatMap(({ sql }, i) => {
    const key = keys[i] ?? null;
    return key === null || known.has(key) ? [] : [{ key, sql }];
  });
  // attacks have placeholders, whatever prompts have
  const ran = await score(fresh.map(({ sql }) => ({ question: place, sql: bindPlaceholders(sql, question.bindings) })));
  fresh.forEach(({ key }, i) => known.set(key, ran[i] as ScoredAttempt));
  return attacks.map(({ sql }, i): ScoredAttempt => {
    const { outcome, sql: bound } = known.get(keys[i] ?? '') ?? { outcome: unbound, sql };
    return { sql: bound, outcome, ...compare(outcome, question).judged };
  });
}

type Compare = (
  outcome: Outcome,
  question: PreparedQuestion,
) => { judged: Judged; compared: ReturnType<typeof compareAll> };

/** A constant is compared with each different answer once: many questions have the same, and long lists take long. */
function comparing(): Compare {
  const known = new WeakMap<Outcome, Map<string, ReturnType<Compare>>>();
  return (outcome, question) => {
    const key = JSON.stringify([question.answer, question.rows, question.ordered]);
    const own = known.get(outcome) ?? new Map<string, ReturnType<Compare>>();
    known.set(outcome, own);
    const found = own.get(key) ?? { judged: judgeOutcome(outcome, question), compared: compareAll(outcome, question) };
    own.set(key, found);
    return found;
  };
}

/** As in training. The copies are of the train database: on dev only what a query's text shows can be checked. */
async function withhold(
  attempts: readonly ScoredAttempt[],
  question: PreparedQuestion,
  role: AttackedRole,
  { reward, config }: { reward: Reward; config: RewardConfig },
  dataset: PreparedDataset,
  context: StepContext,
): Promise<ScoredAttempt[]> {
  if (!config.requireGrounded) return [...attempts];
  const isRewarded = rewardedBy(reward.terms);
  const places = attempts.flatMap((attempt, i) => (isRewarded(attempt, question) ? [i] : []));
  const right = places.map((i): RightQuery => ({ sql: attempts[i]?.sql ?? '', question }));
  const grounded =
    role === 'train'
      ? await checkGrounded(right, dataset, context)
      : right.map((query) => judgeText(query, dataset.schema).length === 0);
  const ungrounded = new Set(places.filter((_, k) => grounded[k] === false));
  return attempts.map((attempt, i) =>
    ungrounded.has(i) ? { ...attempt, ...withheld.judged, outcome: withheld.outcome } : attempt,
  );
}

/** A query that returns the gold answer. Its text is the shortest that reads something: rewards of format and length see it. */
function rightAnswer(question: PreparedQuestion): ScoredAttempt {
  const rows = goldRows(question);
  const columns = (rows[0] ?? []).map((_, i) => `c${i}`);
  const outcome: Outcome = { kind: 'rows', columns, rows, truncated: false };
  return { sql: 'SELECT answer FROM answers', outcome, ...judgeOutcome(outcome, question) };
}

const nothingFound: ScoredAttempt = {
  sql: 'SELECT answer FROM answers WHERE 1 = 0',
  outcome: { kind: 'rows', columns: ['answer'], rows: [], truncated: false },
  verdict: 'empty',
  correct: false,
  failed: false,
};

/** What a policy would have written. No tokenizer is at hand: words and signs are counted. */
function textOf(completion: string): Pick<RewardedQuery, 'completion' | 'tokens'> {
  return { completion, tokens: countTokens(completion) };
}

function rewardedQuery(
  { sql, outcome, verdict }: ScoredAttempt,
  { prompt, question, answer, rows, ordered }: PreparedQuestion,
  { completion, tokens } = textOf(sql),
): RewardedQuery {
  const gold = { answer, ...(rows && { rows }), ...(ordered !== undefined && { ordered }) };
  return { prompt, completion, sql, question, gold, outcome, verdict, tokens, finished: true };
}
