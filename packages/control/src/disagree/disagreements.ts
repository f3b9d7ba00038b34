/** Where comparators disagree about the queries of one evaluation of a run. */
import { type Prediction, UserError } from '@queryloop/contracts';
import type { Store, StoredEvaluation, StoredRun } from '@queryloop/store';
import { requireRun } from '../known-run.ts';
import { type Agreement, agreementOf, type ComparatorScores, type Dissent, isDissent } from './agreement.ts';

export interface ChosenDisagreements {
  split: 'test' | 'dev';
  /** The policy after this update; the one that the run ended with, or the last one scored, when left out. */
  update?: number;
  /** Two comparators; each but REMS against `exact` when left out. */
  between?: readonly [string, string];
  /** Most examples of each way to disagree. */
  examples: number;
}

export interface DisagreementExample {
  /** 0-based place in the split. */
  position: number;
  question: string;
  answer: string;
  sql: string;
  result: string;
  scores: ComparatorScores;
}

export interface Disagreements extends Agreement {
  runId: string;
  split: 'test' | 'dev';
  update: number;
  /** Ways to disagree that occur. */
  dissents: (Dissent & { count: number; examples: DisagreementExample[] })[];
}

type Scored = Prediction & { scores: ComparatorScores };

/** Throws UserError for a run, an evaluation or a comparator that is not there, and for scores of earlier versions. */
export async function disagreementsOf(
  store: Store,
  runId: string,
  { split, update, between, examples }: ChosenDisagreements,
): Promise<Disagreements> {
  const run = await requireRun(store, runId);
  const evaluation = await evaluationOf(store, run, split, update);
  const predictions = scored(await store.evaluations.predictions(evaluation.id), run);
  const agreement = agreementOf(predictions.map(({ scores }) => scores));
  const names = agreement.comparators.map(({ name }) => name);
  const dissents = chosenPairs(names, between).flatMap(([one, other]) => [
    { accepted: one, rejected: other },
    { accepted: other, rejected: one },
  ]);
  return {
    runId,
    split,
    update: evaluation.update,
    ...agreement,
    dissents: dissents.flatMap((dissent) => {
      const found = predictions.flatMap((prediction, position) =>
        isDissent(prediction.scores, dissent) ? [exampleOf(prediction, position)] : [],
      );
      return found.length === 0 ? [] : [{ ...dissent, count: found.length, examples: found.slice(0, examples) }];
    }),
  };
}

async function evaluationOf(
  store: Store,
  run: StoredRun,
  split: 'test' | 'dev',
  update: number | undefined,
): Promise<StoredEvaluation> {
  const evaluations = (await store.evaluations.list(run.id)).filter((each) => each.split === split);
  const wanted = update ?? run.result?.bestUpdate ?? evaluations.at(-1)?.update;
  const evaluation = evaluations.find((each) => each.update === wanted);
  if (evaluation !== undefined) return evaluation;
  const updates = evaluations.map((each) => each.update).join(', ');
  throw new UserError({
    message: `run ${run.id} has no evaluation on ${split}${wanted === undefined ? '' : ` after update ${wanted}`}`,
    field: update === undefined ? '--split' : '--update',
    hint: updates === '' ? 'Look at the other split (--split).' : `It was scored on ${split} after: ${updates}.`,
    kind: 'unknown',
  });
}

function scored(predictions: readonly Prediction[], { id }: StoredRun): Scored[] {
  if (predictions.length > 0 && predictions.every(({ scores }) => scores !== undefined)) return predictions as Scored[];
  throw new UserError({
    message: `run ${id} was evaluated by a version that did not keep what each comparator gives`,
    field: 'run',
    hint: `queryloop clone ${id} does it again.`,
    kind: 'conflict',
  });
}

function chosenPairs(names: readonly string[], between: ChosenDisagreements['between']): (readonly [string, string])[] {
  // REMS is 1 exactly where EMS is, so against exact it tells nothing more.
  const others = names.filter((name) => name !== 'exact' && name !== 'rems');
  if (between === undefined) return others.map((name) => ['exact', name] as const);
  const unknown = between.find((name) => !names.includes(name));
  if (unknown !== undefined || between[0] === between[1]) {
    throw new UserError({
      message:
        unknown === undefined
          ? `--between ${between.join(',')}: one comparator twice`
          : `--between: "${unknown}" is no comparator`,
      field: '--between',
      hint: `Give two of ${names.join(', ')}.`,
    });
  }
  return [between];
}

function exampleOf({ question, answer, sql, result, scores }: Scored, position: number): DisagreementExample {
  return { position, question, answer, sql, result, scores };
}
