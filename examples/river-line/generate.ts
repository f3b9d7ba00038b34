/**
 * Makes the dataset folder of the river line: `node examples/river-line/generate.ts [folder]`. The same seed gives the same rows
 * and questions. words.yaml is written by hand and stays.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSqlite } from '@queryloop/text-to-sql';
import { stringify } from 'yaml';
import { dropIndexes } from './drop-indexes.ts';
import { riverLineSchema } from './schema.ts';
import { type Asked, askQuestions, type Split } from './world/ask-questions.ts';
import { inventLine } from './world/invent-line.ts';
import { lineRows } from './world/line-rows.ts';

const SEED = 1;
const SIZES: Record<Split, number> = { train: 900, dev: 150, test: 300 };

/** Writes dataset.yaml, data.sqlite and the questions of every split. */
export function generate(folder: string): void {
  const line = inventLine(SEED);
  const database = join(folder, 'data.sqlite');
  buildSqlite(lineRows(line), database, riverLineSchema);
  dropIndexes(database);
  const splits = askQuestions(line, SEED, SIZES);
  for (const [name, questions] of Object.entries(splits))
    writeFileSync(join(folder, `${name}.jsonl`), lines(questions));
  const files = Object.fromEntries(Object.keys(splits).map((name) => [name, `${name}.jsonl`]));
  const dataset = { name: 'river line', splits: files, schema: riverLineSchema };
  const header = '# Made by generate.ts; the format: docs/your-own-database.md.\n';
  writeFileSync(join(folder, 'dataset.yaml'), header + stringify(dataset, { aliasDuplicateObjects: false }));
}

const lines = (questions: readonly Asked[]): string => questions.map((each) => `${JSON.stringify(each)}\n`).join('');

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2] ?? import.meta.dirname;
  generate(folder);
  console.log(`Wrote the river line to ${folder}`);
}
