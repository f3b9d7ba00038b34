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
import { bindPlaceholders, holdsAnswer, keyedDraw, readsTable, resultText } from '@queryloop/text-to-sql';
import { loadDataset, type PreparedDataset, type PreparedQuestion } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { type RunOnCopies, runOnCopies } from './run-on-copies.ts';

/** Tells the draw of an update's sample from other draws by the seed. */
const SAMPLE_STREAM = 11;
/** Shown for each update. */
const mostExamples = 5;
const longestResult = 500;

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

/** A query, values bound, and the train question that it was right about. */
interface RewardedQuery {
  sql: string;
  question: PreparedQuestion;
}

export const auditUpdates: Step<AuditUpdatesInput, AnalysisPart> = async (input, context) => {
  const dataset = await loadDataset(input.dataset, context);
  const samples: { update: number; rewarded: number; sample: RewardedQuery[] }[] = [];
  for (const { update, parts } of input.updates) {
    const rewarded = await rewardedQueries(parts, dataset, context);
    const draw = keyedDraw(input.seed, update, SAMPLE_STREAM);
    samples.push({
      update,
      rewarded: rewarded.length,
      sample: drawWithoutReplacement(rewarded, () => 1, input.sample, draw),
    });
  }
  const { copies, perturbation } = input.perturbed;
  const folder = await context.artifacts.path(copies);
  const ran = await runOnCopies(
    samples.flatMap(({ sample }) => sample.map(({ sql }) => sql)),
    {
      original: join(await context.artifacts.path(dataset.splits.train.database), 'data.sqlite'),
      copies: Array.from({ length: perturbation.copies }, (_, copy) => join(folder, `${copy}.sqlite`)),
    },
    context,
  );
  let next = 0;
  const audited = samples.map(({ update, rewarded, sample }): AuditedUpdate => {
    const judged = sample.map((query) => judge(query, ran[next++] as RunOnCopies, dataset));
    return { update, rewarded, ...countsOf(judged), examples: examplesOf(judged) };
  });
  return { part: await context.artifacts.putJson('analysis', audited) };
};

/** Samples of the policy only: what the grammar proposed is no doing of the policy's. In the order of the rollout, so that draws repeat. */
async function rewardedQueries(
  parts: AuditUpdatesInput['updates'][number]['parts'],
  { splits }: PreparedDataset,
  { artifacts }: StepContext,
): Promise<RewardedQuery[]> {
  const found = new Map<string, RewardedQuery>();
  for (const part of parts) {
    const { groups } = await artifacts.getJson<Rollout>(part.rollout);
    const executions = await artifacts.getJson<Executions>(part.executions);
    groups.forEach(({ questions, completions }, g) => {
      completions.forEach(({ text, proposed }, i) => {
        if (proposed) return;
        executionsOf(executions, g, i).forEach(({ outcome }, q) => {
          const question = splits.train.questions[questions[q] ?? -1];
          if (outcome !== 'ok' || question === undefined) return;
          const sql = bindPlaceholders(text, question.bindings);
          const key = `${questions[q]} ${sql}`;
          if (!found.has(key)) found.set(key, { sql, question });
        });
      });
    });
  }
  return [...found.values()];
}

interface Judged {
  /** Null: undecided. */
  survived: boolean | null;
  reasons: AuditReason[];
  example: AuditExample;
}

function judge(
  { sql, question: { question, answer, bindings } }: RewardedQuery,
  { before, after, changed }: RunOnCopies,
  { schema }: PreparedDataset,
): Judged {
  const flags: Record<AuditReason, boolean> = {
    no_table: !readsTable(sql, schema),
    answer_literal: holdsAnswer(sql, answer, Object.values(bindings)),
    unchanged: changed === false,
  };
  const reasons = (Object.keys(flags) as AuditReason[]).filter((reason) => flags[reason]);
  const survived = changed === null && reasons.length === 0 ? null : reasons.length === 0;
  const shown = (outcome: RunOnCopies['before']): string =>
    outcome.kind === 'error' ? `(${outcome.code})` : resultText(outcome).slice(0, longestResult);
  return {
    survived,
    reasons,
    example: {
      question,
      answer,
      sql,
      before: shown(before),
      after: shown(after),
      survived: survived === true,
      reasons,
    },
  };
}

function countsOf(judged: readonly Judged[]): Pick<AuditedUpdate, 'audited' | 'survived' | 'undecided' | 'reasons'> {
  const decided = judged.filter(({ survived }) => survived !== null);
  const flagged = (reason: AuditReason) => decided.filter(({ reasons }) => reasons.includes(reason)).length;
  return {
    audited: decided.length,
    survived: decided.filter(({ survived }) => survived).length,
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
  const decided = judged.filter(({ survived }) => survived !== null);
  const seen = new Map<string, number>();
  const ranked = decided.map(({ survived, reasons, example }) => {
    const kind = reasons.join();
    const before = seen.get(kind) ?? 0;
    seen.set(kind, before + 1);
    return { example, rank: survived ? Number.POSITIVE_INFINITY : before };
  });
  return ranked
    .toSorted((a, b) => (a.rank === b.rank ? 0 : a.rank - b.rank))
    .slice(0, mostExamples)
    .map(({ example }) => example);
}
