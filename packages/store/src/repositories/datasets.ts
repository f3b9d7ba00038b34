/** Prepared datasets, under the hash of their artifact. */
import type { PrepareDatasetOutput } from '@queryloop/contracts';
import { canonicalJson } from '../artifacts/canonical-json.ts';
import type { Database } from '../database/connect.ts';

export function datasetsRepository(database: Database) {
  return {
    async record({ dataset: { hash, bytes }, label, questions }: PrepareDatasetOutput): Promise<void> {
      const data = { bytes, label, questions: canonicalJson(questions) };
      await database.dataset.upsert({ where: { hash }, create: { hash, ...data }, update: data });
    },
    async get(hash: string): Promise<PrepareDatasetOutput | null> {
      const row = await database.dataset.findUnique({ where: { hash } });
      if (row === null) return null;
      return {
        dataset: { kind: 'dataset', hash, bytes: row.bytes },
        label: row.label,
        questions: JSON.parse(row.questions) as Record<string, number>,
      };
    },
  };
}
