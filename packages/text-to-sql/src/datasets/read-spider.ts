/**
 * Reads one database of Spider (Yu et al. 2018) from its folder as published: tables.json, train_spider.json, train_others.json,
 * dev.json with {question, query, db_id}, and database/<db_id>/<db_id>.sqlite; test.json, test_tables.json and test_database/ too.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  databaseFile,
  filesIn,
  type PublishedDatabase,
  questionsOf,
  readList,
  requireQuestions,
} from './published-folder.ts';
import type { OwnQuestion } from './question-lines.ts';

/** A database of tables.json; columns are pairs of table number and name, of which the first is "*". */
interface SpiderTables {
  table_names_original?: string[];
  column_names_original?: [number, string][];
  column_names?: [number, string][];
  foreign_keys?: [number, number][];
}

/** @throws UserError when folder, database or questions are not there */
export function readSpider(folder: string, database: string): PublishedDatabase {
  const files = filesIn(folder, ['train_spider.json', 'train_others.json', 'dev.json', 'test.json'], '--spider');
  const path = databaseFile(folder, ['database', 'test_database'], database, '--spider');
  const questions: OwnQuestion[] = files.flatMap((file) => questionsOf(file, database, 'query'));
  requireQuestions(questions, database, files);
  const tables = ['tables.json', 'test_tables.json']
    .map((name) => join(folder, name))
    .filter((file) => existsSync(file))
    .flatMap(readList)
    .find(({ db_id: id }) => id === database);
  return {
    name: `Spider, ${database}`,
    path,
    questions,
    ...(tables ? keysOf(tables) : { references: [], descriptions: new Map() }),
  };
}

function keysOf(tables: SpiderTables): Pick<PublishedDatabase, 'references' | 'descriptions'> {
  const { table_names_original: names = [], column_names_original: columns = [], column_names: said = [] } = tables;
  const columnAt = (place: number): { table: string; column: string } | undefined => {
    const [table, column] = columns[place] ?? [-1, ''];
    const name = names[table];
    return name === undefined ? undefined : { table: name, column };
  };
  const references = (tables.foreign_keys ?? []).flatMap(([from, to]) => {
    const [own, other] = [columnAt(from), columnAt(to)];
    return own && other
      ? [{ table: own.table, columns: [own.column], to: other.table, references: [other.column] }]
      : [];
  });
  const descriptions = new Map<string, string>();
  said.forEach(([, text], place) => {
    const own = columnAt(place);
    // Most are the name once more.
    const plain = (words: string): string => words.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
    if (own && plain(text) !== plain(own.column)) descriptions.set(`${own.table}.${own.column}`.toLowerCase(), text);
  });
  return { references, descriptions };
}
