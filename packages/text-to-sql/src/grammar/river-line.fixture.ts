/** The worked example's database, for tests on another schema than the athletes'. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { parse } from 'yaml';
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import { loadWordList } from './word-list.ts';

const folder = join(import.meta.dirname, '../../../../examples/river-line');

export const riverLineWords = () => loadWordList(join(folder, 'words.yaml'));

export const riverLineSchema = (): DatabaseSchema =>
  (parse(readFileSync(join(folder, 'dataset.yaml'), 'utf8')) as { schema: DatabaseSchema }).schema;

export function riverLineRows(): TableRows {
  const database = new Database(join(folder, 'data.sqlite'), { readonly: true });
  try {
    const read = (name: string) => database.prepare(`SELECT * FROM "${name}"`).raw().all() as Cell[][];
    return Object.fromEntries(riverLineSchema().tables.map(({ name }) => [name, read(name)]));
  } finally {
    database.close();
  }
}

/** Questions of the train split. */
export const riverLineQuestions = (): string[] =>
  readFileSync(join(folder, 'train.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { question: string }).question);
