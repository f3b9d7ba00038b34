/** Evaluations of a run, and the queries that were written in one of them. */
import type { Prediction } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { notFound } from '#api/errors.ts';
import type {
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

/** All that fit, for a file. Throws ApiProblem (404). */
export async function exportPredictions(
  store: Store,
  runId: string,
  evaluationId: string,
  filter: Pick<PredictionsQuery, 'judgement' | 'type' | 'text'>,
): Promise<RunPrediction[]> {
  return (await allPredictions(store, runId, evaluationId)).filter(fits(filter));
}

async function allPredictions(store: Store, runId: string, evaluationId: string): Promise<RunPrediction[]> {
  const known = (await store.evaluations.list(runId)).some(({ id }) => id === evaluationId);
  if (!known) throw notFound(`evaluation ${evaluationId} of run ${runId}`);
  return (await store.evaluations.predictions(evaluationId)).map(prediction);
}

function prediction({ correct, failed, ...rest }: Prediction, position: number): RunPrediction {
  const judgement: Judgement = correct ? 'correct' : failed ? 'failed' : 'wrong';
  return { position, ...rest, judgement };
}

function fits({ judgement, type, text }: Pick<PredictionsQuery, 'judgement' | 'type' | 'text'>) {
  const wanted = text?.toLowerCase();
  return (one: RunPrediction): boolean =>
    (judgement === undefined || one.judgement === judgement) &&
    (type === undefined || one.type === type) &&
    (wanted === undefined ||
      [one.question, one.answer, one.sql, one.result].some((field) => field.toLowerCase().includes(wanted)));
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is kept text by an apostrophe. */
export function predictionsCsv(rows: readonly RunPrediction[]): string {
  const columns = ['position', 'type', 'question', 'answer', 'sql', 'outcome', 'result', 'judgement'] as const;
  const cell = (value: string | number): string => {
    const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return (
    [columns.join(','), ...rows.map((row) => columns.map((column) => cell(row[column])).join(','))].join('\r\n') +
    '\r\n'
  );
}
