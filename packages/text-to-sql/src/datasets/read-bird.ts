/**
 * Reads one database of BIRD (Li et al. 2023) from its folder as published: dev.json or train.json with {question, evidence, SQL,
 * difficulty, db_id}, dev_databases/<db_id>/<db_id>.sqlite or train_databases/…, and database_description/<table>.csv beside it.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { databaseFile, filesIn, type PublishedDatabase, questionsOf, requireQuestions } from './published-folder.ts';

/** @throws UserError when folder, database or questions are not there */
export function readBird(folder: string, database: string): PublishedDatabase {
  const files = filesIn(folder, ['train.json', 'dev.json', 'mini_dev_sqlite.json'], '--bird');
  const path = databaseFile(folder, ['train_databases', 'dev_databases'], database, '--bird');
  const questions = files.flatMap((file) =>
    questionsOf(file, database, 'SQL', ({ evidence, difficulty }) => ({
      ...(typeof evidence === 'string' && evidence.trim() !== '' && { evidence: evidence.trim() }),
      type: typeof difficulty === 'string' ? difficulty : '',
    })),
  );
  requireQuestions(questions, database, files);
  const descriptions = readDescriptions(join(dirname(path), 'database_description'));
  return { name: `BIRD, ${database}`, path, questions, references: [], descriptions };
}

/** What columns mean, by `table.column` in lower case. Files that are no CSV are passed over: nothing depends on them. */
function readDescriptions(folder: string): Map<string, string> {
  const descriptions = new Map<string, string>();
  if (!existsSync(folder)) return descriptions;
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.csv'))
    .sort()) {
    let records: Record<string, string | undefined>[];
    try {
      records = parse(decoded(readFileSync(join(folder, file))), {
        columns: (header: string[]) => header.map((name) => name.trim()),
        bom: true,
        relax_column_count: true,
        relax_quotes: true,
        skip_empty_lines: true,
      }) as never;
    } catch {
      continue;
    }
    for (const record of records) {
      const column = record['original_column_name']?.trim();
      const said = [record['column_description'], record['column_name']].find((text) => text?.trim())?.trim();
      if (column && said) descriptions.set(`${file.slice(0, -4)}.${column}`.toLowerCase(), said.replace(/\s+/g, ' '));
    }
  }
  return descriptions;
}

/** Some of the published files are not UTF-8. */
function decoded(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\uFFFD') ? bytes.toString('latin1') : text;
}
