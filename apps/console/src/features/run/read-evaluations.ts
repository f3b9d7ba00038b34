/** Evaluations of a run, and the queries that were written in one of them. */
import { comparatorNames, type Prediction } from '@queryloop/contracts';
import { agreementOf, disagree } from '@queryloop/control';
import type { Store } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import type {
  EvaluationAgreement,
  EvaluationsPage,
  Judgement,
  PredictionsPage,
  PredictionsQuery,
  RunPrediction,
} from './evaluation-schemas.ts';
import { scoreSummary } from './read-scores.ts';

/** Oldest update first. */
export async function readEvaluations(store: Store, runId: string): Promise<EvaluationsPage> {
  const items = (await store.evaluations.list(runId)).map(({ id, scores, ...place }) => ({
    id,
    ...scoreSummary({ ...place, scores }),
    byType: Object.entries(scores.byType)
      .map(([type, counts]) => ({ type, ...counts }))
      .sort((left, right) => right.n - left.n),
    afterTurns: scores.afterTurns ?? [],
  }));
  return { items, total: items.length };
}

/** Throws ApiProblem (404) when the run has no such evaluation. */
export async function readPredictions(
  store: Store,
  runId: string,
  evaluationId: string,
  query: PredictionsQuery,
): Promise<PredictionsPage> {
  const all = await allPredictions(store, runId, evaluationId);
  const counts = { correct: 0, wrong: 0, failed: 0 };
  for (const { judgement } of all) counts[judgement]++;
  const fitting = all.filter(fits(query));
  return { items: fitting.slice(query.offset, query.offset + query.limit), total: fitting.length, counts };
}

/** Throws ApiProblem (404) when the run has no such evaluation. */
export async function readAgreement(store: Store, runId: string, evaluationId: string): Promise<EvaluationAgreement> {
  const all = await allPredictions(store, runId, evaluationId);
  return agreementOf(all.flatMap(({ scores }) => (scores === null ? [] : [scores])));
}

/** All that fit, for a file. Throws ApiProblem (404). */
export async function exportPredictions(
  store: Store,
  runId: string,
  evaluationId: string,
  filter: PredictionsFilter,
): Promise<RunPrediction[]> {
  return (await allPredictions(store, runId, evaluationId)).filter(fits(filter));
}

async function allPredictions(store: Store, runId: string, evaluationId: string): Promise<RunPrediction[]> {
  const known = (await store.evaluations.list(runId)).some(({ id }) => id === evaluationId);
  if (!known) throw notFound(`evaluation ${evaluationId} of run ${runId}`);
  return (await store.evaluations.predictions(evaluationId)).map(prediction);
}

function prediction({ correct, failed, scores, turns = [], ...rest }: Prediction, position: number): RunPrediction {
  const judgement: Judgement = correct ? 'correct' : failed ? 'failed' : 'wrong';
  return { position, ...rest, judgement, turns, scores: scores ?? null };
}

type PredictionsFilter = Pick<PredictionsQuery, 'judgement' | 'type' | 'text' | 'between'>;

function fits({ judgement, type, text, between }: PredictionsFilter) {
  const wanted = text?.toLowerCase();
  const [left = '', right = ''] = between?.split(',') ?? [];
  return (one: RunPrediction): boolean =>
    (judgement === undefined || one.judgement === judgement) &&
    (type === undefined || one.type === type) &&
    (between === undefined || disagree(one.scores ?? undefined, [left, right])) &&
    (wanted === undefined ||
      [one.question, one.answer, one.sql, one.result].some((field) => field.toLowerCase().includes(wanted)));
}

/** With a column for each comparator, empty where its score is not known. RFC 4180; a cell that a spreadsheet would take for a formula is kept text by an apostrophe. */
export function predictionsCsv(rows: readonly RunPrediction[]): string {
  const columns = ['position', 'type', 'question', 'answer', 'sql', 'outcome', 'result', 'judgement'] as const;
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => [
    ...columns.map((column) => cell(row[column])),
    ...comparatorNames.map((name) => cell(row.scores?.[name] ?? '')),
  ]);
  return `${[[...columns, ...comparatorNames], ...lines].map((line) => line.join(',')).join('\r\n')}\r\n`;
}
