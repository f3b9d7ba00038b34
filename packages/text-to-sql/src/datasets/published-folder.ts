/** What folders of Spider and BIRD have in common: JSON lists of questions about many databases, each an SQLite file of its own. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import type { SnapshotOptions } from '../databases/snapshot.ts';
import type { OwnQuestion } from './question-lines.ts';

/** One database of a published folder with its questions. */
export interface PublishedDatabase {
  name: string;
  /** SQLite file. */
  path: string;
  questions: OwnQuestion[];
  /** References that the folder tells of beside the file's own. */
  references: NonNullable<SnapshotOptions['references']>;
  /** What columns mean, by `table.column` in lower case. */
  descriptions: Map<string, string>;
}

/** Reads a file of a published folder, which is a JSON list of objects. @throws UserError when it is not */
export function readList(path: string): Record<string, unknown>[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new UserError({
      message: `${path}: not JSON: ${(error as Error).message}`,
      field: basename(path),
      hint: 'Is the file cut off?',
    });
  }
  const objects = Array.isArray(value) && value.every((item) => typeof item === 'object' && item !== null);
  if (objects) return value as Record<string, unknown>[];
  throw new UserError({
    message: `${path}: not a list of objects`,
    field: basename(path),
    hint: 'Is it the right file?',
  });
}

/** Those of the given files that are there. @throws UserError when none is */
export function filesIn(folder: string, names: readonly string[], option: string): string[] {
  const there = names.map((name) => join(folder, name)).filter((path) => existsSync(path));
  if (there.length > 0) return there;
  const found = statSync(folder, { throwIfNoEntry: false })?.isDirectory();
  throw new UserError({
    message: found
      ? `${option} ${folder}: none of ${names.join(', ')} is there`
      : `${option}: no such folder: ${folder}`,
    field: option,
    hint: 'Give the folder as it is unpacked.',
  });
}

/** The file of a database below one of the given folders. @throws UserError naming those that are there */
export function databaseFile(folder: string, below: readonly string[], database: string, option: string): string {
  const places = below.map((name) => join(folder, name));
  const known = places
    .flatMap((place) => (existsSync(place) ? readdirSync(place) : []))
    .filter((name) => !name.startsWith('.'));
  if (known.includes(database))
    for (const place of places)
      for (const ending of ['sqlite', 'db', 'sqlite3']) {
        const path = join(place, database, `${database}.${ending}`);
        if (existsSync(path)) return path;
      }
  const shown = known.toSorted().slice(0, 20).join(', ');
  throw new UserError({
    message:
      database === ''
        ? `${option}: --db is to say which database`
        : known.includes(database)
          ? `${option} ${folder}: the file ${database}.sqlite is not in the folder of database "${database}"`
          : `--db: ${folder} has no database "${database}"`,
    field: '--db',
    hint:
      known.length === 0 ? `None is in ${below.join(' or ')}.` : `It has: ${shown}${known.length > 20 ? ' …' : ''}.`,
  });
}

/** Questions of one database; entries are counted from 1. @throws UserError for one without question or query */
export function questionsOf(
  path: string,
  database: string,
  sqlField: string,
  more: (entry: Record<string, unknown>) => Partial<OwnQuestion> = () => ({}),
): OwnQuestion[] {
  const file = basename(path);
  return readList(path).flatMap((entry, i) => {
    if (entry['db_id'] !== database) return [];
    const { question, [sqlField]: sql } = entry;
    const place = `${file}, entry ${i + 1}`;
    if (typeof question !== 'string' || question.trim() === '' || typeof sql !== 'string' || sql.trim() === '') {
      throw new UserError({
        message: `${path}, entry ${i + 1}: "question" or "${sqlField}" is missing`,
        field: file,
        hint: 'Mend or remove the entry.',
      });
    }
    const id = `${file.replace(/\.json$/, '')}-${i + 1}`;
    return [{ id, question: question.trim(), sql: sql.trim(), type: '', place, ...more(entry) }];
  });
}

/** @throws UserError when there is none */
export function requireQuestions(questions: readonly OwnQuestion[], database: string, files: readonly string[]): void {
  if (questions.length > 0) return;
  throw new UserError({
    message: `no question is about the database "${database}" in ${files.map((file) => basename(file)).join(', ')}`,
    field: '--db',
    hint: 'Choose a database that questions of the folder are about.',
  });
}
