/** Prepared datasets, under the hash of their artifact, and what runs have done with their questions. */
import type { PrepareDatasetOutput, RunStatus, SplitName } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export interface StoredDataset extends Pick<PrepareDatasetOutput, 'dataset' | 'label' | 'questions'> {
  createdAt: Date;
  /** How many runs use it. */
  runs: number;
}

export interface DatasetUser {
  id: string;
  name: string;
  seed: number;
  status: RunStatus;
  createdAt: Date;
}

/** What a run's policy answered to a question at one of its evaluations. */
export interface QuestionAnswer {
  runId: string;
  update: number;
  sql: string;
  outcome: string;
  result: string;
  correct: boolean;
}

export function datasetsRepository(database: Database) {
  /** Each run's last evaluation on a split. */
  const lastEvaluations = async (hash: string, split: SplitName): Promise<string[]> => {
    const rows = await database.evaluation.findMany({
      where: { split, run: { datasetHash: hash } },
      select: { id: true, runId: true },
      orderBy: { update: 'asc' },
    });
    return [...new Map(rows.map(({ id, runId }) => [runId, id])).values()];
  };

  return {
    async record({ dataset: { hash, bytes }, label, questions }: PrepareDatasetOutput): Promise<void> {
      const data = { bytes, label, questions: canonicalJson(questions) };
      await database.dataset.upsert({ where: { hash }, create: { hash, ...data }, update: data });
    },

    async get(hash: string): Promise<PrepareDatasetOutput | null> {
      const row = await database.dataset.findUnique({ where: { hash } });
      return row === null ? null : described(row);
    },

    /** Newest first. */
    async list(): Promise<StoredDataset[]> {
      const rows = await database.dataset.findMany({
        include: { _count: { select: { runs: true } } },
        orderBy: [{ createdAt: 'desc' }, { hash: 'asc' }],
      });
      return rows.map((row) => ({ ...described(row), createdAt: row.createdAt, runs: row._count.runs }));
    },

    /** The runs that use it, newest first. */
    async users(hash: string): Promise<DatasetUser[]> {
      const rows = await database.run.findMany({
        where: { datasetHash: hash },
        select: { id: true, seed: true, status: true, createdAt: true, experiment: { select: { name: true } } },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      });
      return rows.map(({ experiment: { name }, status, ...row }) => ({ ...row, name, status: status as RunStatus }));
    },

    /** By the place of a question in the split: how many runs were asked it in their last evaluation, and how many were right. */
    async accuracyByQuestion(hash: string, split: SplitName): Promise<Map<number, { n: number; correct: number }>> {
      const evaluationId = { in: await lastEvaluations(hash, split) };
      const [asked, right] = await Promise.all(
        [{ evaluationId }, { evaluationId, correct: true }].map((where) =>
          database.prediction.groupBy({ by: ['position'], where, _count: true }),
        ),
      );
      const correct = new Map(right?.map(({ position, _count }) => [position, _count]));
      return new Map(asked?.map(({ position, _count: n }) => [position, { n, correct: correct.get(position) ?? 0 }]));
    },

    /** Every evaluation of a question by a run that uses the dataset, run by run (newest first) and update by update. */
    async answers(hash: string, split: SplitName, position: number): Promise<QuestionAnswer[]> {
      const evaluations = await database.evaluation.findMany({
        where: { split, run: { datasetHash: hash } },
        select: { id: true, runId: true, update: true },
        orderBy: [{ run: { createdAt: 'desc' } }, { runId: 'asc' }, { update: 'asc' }],
      });
      const predictions = await database.prediction.findMany({
        where: { position, evaluationId: { in: evaluations.map(({ id }) => id) } },
        select: { evaluationId: true, sql: true, outcome: true, result: true, correct: true },
      });
      const byEvaluation = new Map(predictions.map(({ evaluationId, ...answer }) => [evaluationId, answer]));
      return evaluations.flatMap(({ id, ...place }) => {
        const answer = byEvaluation.get(id);
        return answer === undefined ? [] : [{ ...place, ...answer }];
      });
    },
  };
}

function described(row: { hash: string; bytes: number; label: string; questions: string }) {
  return {
    dataset: { kind: 'dataset' as const, hash: row.hash, bytes: row.bytes },
    label: row.label,
    questions: JSON.parse(row.questions) as Record<string, number>,
  };
}
