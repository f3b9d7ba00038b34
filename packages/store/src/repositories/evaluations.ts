/** Evaluations with their predictions, one for each run, update and split. */
import { type ArtifactRef, type Prediction, Scores, type SplitName } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';
import { retryConflicts } from '../database/retry-conflicts.ts';

export interface StoredEvaluation {
  id: string;
  update: number;
  split: SplitName;
  scores: Scores;
  predictions: ArtifactRef;
}

export interface EvaluationToRecord extends Omit<StoredEvaluation, 'id'> {
  runId: string;
  /** What the artifact `predictions` holds. */
  rows: Prediction[];
}

export function evaluationsRepository(database: Database) {
  return {
    /** Said again (a retried step), it replaces what was there; the evaluation's id stays. */
    async record({ runId, update, split, scores, predictions, rows }: EvaluationToRecord): Promise<string> {
      const { byType, comparators, afterTurns, ...numbers } = scores;
      const data = {
        ...numbers,
        byType: canonicalJson(byType),
        comparators: asJson(comparators),
        afterTurns: asJson(afterTurns),
        predictionsHash: predictions.hash,
        predictionsBytes: predictions.bytes,
      };
      return retryConflicts(() =>
        database.$transaction(async (transaction) => {
          const where = { runId_update_split: { runId, update, split } };
          const { id } = await transaction.evaluation.upsert({
            where,
            create: { runId, update, split, ...data },
            update: data,
          });
          await transaction.prediction.deleteMany({ where: { evaluationId: id } });
          await transaction.prediction.createMany({
            data: rows.map(({ scores: given, turns, ...row }, position) => ({
              evaluationId: id,
              position,
              ...row,
              scores: asJson(given),
              turns: asJson(turns),
            })),
          });
          return id;
        }),
      );
    },

    async list(runId: string): Promise<StoredEvaluation[]> {
      const rows = await database.evaluation.findMany({
        where: { runId },
        orderBy: [{ update: 'asc' }, { split: 'asc' }],
      });
      return rows.map(
        ({
          id,
          update,
          split,
          predictionsHash: hash,
          predictionsBytes: bytes,
          byType,
          comparators,
          afterTurns,
          ...numbers
        }) => ({
          id,
          update,
          split: split as SplitName,
          scores: Scores.parse({
            ...numbers,
            byType: JSON.parse(byType),
            ...(comparators !== null && { comparators: JSON.parse(comparators) }),
            ...(afterTurns !== null && { afterTurns: JSON.parse(afterTurns) }),
          }),
          predictions: { kind: 'predictions', hash, bytes },
        }),
      );
    },

    /** Predictions in the order of the split. */
    async predictions(evaluationId: string): Promise<Prediction[]> {
      const rows = await database.prediction.findMany({ where: { evaluationId }, orderBy: { position: 'asc' } });
      return rows.map(({ evaluationId: _, position: __, scores, turns, ...prediction }) => ({
        ...prediction,
        ...(scores !== null && { scores: JSON.parse(scores) as Record<string, number> }),
        ...(turns !== null && { turns: JSON.parse(turns) as NonNullable<Prediction['turns']> }),
      }));
    },
  };
}

/** Null for what there is not. */
function asJson(value: unknown): string | null {
  return value === undefined ? null : canonicalJson(value);
}
