/** Whether the queries that were rewarded for a right answer in some updates read it from the database: docs/analyses.md says what counts as that. */
import { join } from 'node:path';
import {
  type AnalysisPart,
  type AuditExample,
  type AuditReason,
  type AuditUpdatesInput,
  type Executions,
  executionsOf,
  type Rollout,
  type Step,
  type StepContext,
} from '@queryloop/contracts';
import { defaultLimits, keyedDraw, type Outcome, openExecutor, resultText } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { type Judgement, judge, judgeText, type RightQuery } from './grounding/judge-query.ts';
import { type RunOnCopies, runOnCopies } from './grounding/run-on-copies.ts';
import { copiesFile } from './perturb-database.ts';
import { boundSql } from './query-scorer.ts';

/** Tells the draw of an update's sample from other draws by the seed. */
const SAMPLE_STREAM = 11;
/** Shown for each update. */
const mostExamples = 5;
const longestResult = 500;
const queriesForTwo = 200;

export interface AuditedUpdate {
  update: number;
  /** Distinct pairs of query and question that were right. */
  rewarded: number;
  audited: number;
  survived: number;
  undecided: number;
  reasons: Record<AuditReason, number>;
  examples: AuditExample[];
}

export const auditUpdates: Step<AuditUpdatesInput, AnalysisPart> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const samples: { update: number; rewarded: number; sample: RightQuery[] }[] = [];
  for (const { update, parts } of input.updates) {
    const rewarded = await rewardedQueries(parts, dataset, context);
    const draw = keyedDraw(input.seed, update, SAMPLE_STREAM);
    samples.push({
      update,
      rewarded: rewarded.length,
      sample: drawWithoutReplacement(rewarded, () => 1, input.sample, draw),
    });
  }
  const ran = await runSamples(
    samples.flatMap(({ sample }) => sample),
    input.perturbed,
    dataset,
    context,
  );
  let next = 0;
  const audited = samples.map(({ update, rewarded, sample }): AuditedUpdate => {
    const all = sample.map((query) => judged(query, ran[next++] as RunOnCopies, dataset));
    return { update, rewarded, ...countsOf(all), examples: examplesOf(all) };
  });
  return { part: await context.artifacts.putJson('analysis', audited) };
};

async function runSamples(
  queries: readonly RightQuery[],
  { copies, perturbation }: AuditUpdatesInput['perturbed'],
  { schema }: PreparedDataset,
  { artifacts, progress, signal }: StepContext,
): Promise<RunOnCopies[]> {
  const path = join(await artifacts.path(copies), copiesFile);
  // Below this a second child process takes longer to start than it saves.
  const poolSize = queries.length < queriesForTwo ? 1 : defaultLimits.poolSize;
  const executor = await openExecutor({ database: 'sqlite', path }, { poolSize });
  let done = 0;
  const tell = () => {
    signal.throwIfAborted();
    progress({ phase: 'audit', done: ++done, total: queries.length * (1 + perturbation.copies) });
  };
  try {
    return await runOnCopies(queries, { executor, schema, copies: perturbation.copies }, tell);
  } finally {
    await executor.close();
  }
}

/** Samples of the policy only: what the grammar proposed is no doing of the policy's. In the order of the rollout, so that draws repeat. */
async function rewardedQueries(
  parts: AuditUpdatesInput['updates'][number]['parts'],
  dataset: PreparedDataset,
  { artifacts }: StepContext,
): Promise<RightQuery[]> {
  const { splits } = dataset;
  const found = new Map<string, RightQuery>();
  for (const part of parts) {
    const { groups } = await artifacts.getJson<Rollout>(part.rollout);
    const executions = await artifacts.getJson<Executions>(part.executions);
    groups.forEach(({ questions, completions }, g) => {
      completions.forEach(({ text, proposed }, i) => {
        if (proposed) return;
        executionsOf(executions, g, i).forEach(({ outcome }, q) => {
          const question = splits.train.questions[questions[q] ?? -1];
          if (outcome !== 'ok' || question === undefined) return;
          const sql = boundSql(dataset, text, question);
          const key = `${questions[q]} ${sql}`;
          if (!found.has(key)) found.set(key, { sql, question });
        });
      });
    });
  }
  return [...found.values()];
}

interface Judged extends Judgement {
  example: AuditExample;
}

function judged(query: RightQuery, ran: RunOnCopies, { schema }: PreparedDataset): Judged {
  const { grounded, reasons } = judge(judgeText(query, schema), ran);
  const { sql, question } = query;
  const example = {
    question: question.question,
    answer: question.answer,
    sql,
    before: shown(ran.before),
    after: shown(ran.after),
    survived: grounded === true,
    reasons,
  };
  return { grounded, reasons, example };
}

function shown(outcome: Outcome): string {
  return outcome.kind === 'error' ? `(${outcome.code})` : resultText(outcome).slice(0, longestResult);
}

function countsOf(judged: readonly Judged[]): Pick<AuditedUpdate, 'audited' | 'survived' | 'undecided' | 'reasons'> {
  const decided = judged.filter(({ grounded }) => grounded !== null);
  const flagged = (reason: AuditReason) => decided.filter(({ reasons }) => reasons.includes(reason)).length;
  return {
    audited: decided.length,
    survived: decided.filter(({ grounded }) => grounded).length,
    undecided: judged.length - decided.length,
    reasons: {
      no_table: flagged('no_table'),
      answer_literal: flagged('answer_literal'),
      unchanged: flagged('unchanged'),
    },
  };
}

/** Flagged ones first; of those, every reason before more of one. */
function examplesOf(judged: readonly Judged[]): AuditExample[] {
  const decided = judged.filter(({ grounded }) => grounded !== null);
  const seen = new Map<string, number>();
  const ranked = decided.map(({ grounded, reasons, example }) => {
    const kind = reasons.join();
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    return { example, rank: grounded ? Number.POSITIVE_INFINITY : before };
  });
  return ranked
    .toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .slice(0, mostExamples)
    .map(({ example }) => example);
}
