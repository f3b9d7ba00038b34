/** The questions whose answer became right or wrong between two evaluations. */
import { type Prediction, UserError } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { findSides } from './read-sides.ts';
import type { EvaluationChoice, FlipChange, FlipsAnswer } from './schemas.ts';

export interface FlipsQuestion {
  before: string;
  after: string;
  change: FlipChange;
  /** In question, answer or query; upper and lower case alike. */
  text?: string | undefined;
  offset: number;
  limit: number;
}

/** @throws UserError when the two were not asked the same questions, or one is not known */
export async function readFlips(store: Store, question: FlipsQuestion): Promise<FlipsAnswer> {
  const { before, after, change, text, offset, limit } = question;
  const [earlier, later] = [await predictionsOf(store, 'before', before), await predictionsOf(store, 'after', after)];
  if (earlier.length !== later.length || earlier.some((each, i) => each.question !== later[i]?.question)) {
    throw new UserError({
      message: 'the two evaluations were not asked the same questions',
      field: 'after',
      hint: 'Choose evaluations of the same split and dataset.',
    });
  }
  const counts = { won: 0, lost: 0, right: 0, wrong: 0 };
  const items: FlipsAnswer['items'] = [];
  for (const [position, old] of earlier.entries()) {
    const now = later[position] as Prediction;
    if (old.correct === now.correct) {
      counts[now.correct ? 'right' : 'wrong']++;
      continue;
    }
    const flip = now.correct ? 'won' : 'lost';
    counts[flip]++;
    if ((change === 'both' || change === flip) && holds([old, now], text)) {
      const { type, answer } = now;
      items.push({ position, question: now.question, type, answer, before: written(old), after: written(now) });
    }
  }
  return { counts, items: items.slice(offset, offset + limit), total: items.length };
}

/** Evaluations of the runs that can be set against each other, oldest first. */
export async function readEvaluationChoices(
  store: Store,
  { ids, split }: { ids: string[]; split: 'test' | 'dev' },
): Promise<EvaluationChoice[]> {
  const { sides } = await findSides(store, ids);
  const choices: EvaluationChoice[] = [];
  for (const run of sides.flatMap(({ runs }) => runs)) {
    for (const { id, update, split: own, scores } of await store.evaluations.list(run.id))
      if (own === split) choices.push({ id, runId: run.id, update, split: own, accuracy: scores.accuracy });
  }
  return choices;
}

async function predictionsOf(store: Store, field: string, id: string): Promise<Prediction[]> {
  const predictions = await store.evaluations.predictions(id);
  if (predictions.length > 0) return predictions;
  throw new UserError({
    message: `${field}: there is no evaluation ${id}`,
    field,
    hint: 'GET /api/v1/compare/evaluations lists those of runs.',
    kind: 'unknown',
  });
}

function written({ sql, result, outcome, correct }: Prediction): FlipsAnswer['items'][number]['before'] {
  return { sql, result, outcome, correct };
}

function holds(predictions: readonly Prediction[], text: string | undefined): boolean {
  if (!text) return true;
  const wanted = text.toLowerCase();
  return predictions.some(({ question, answer, sql }) =>
    [question, answer, sql].some((part) => part.toLowerCase().includes(wanted)),
  );
}
