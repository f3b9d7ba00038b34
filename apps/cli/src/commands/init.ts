/** `queryloop init`: makes a dataset folder of a database and questions (docs/your-own-database.md). */
import { basename, join } from 'node:path';
import { hidePassword, UserError } from '@queryloop/contracts';
import {
  type DatabaseSnapshot,
  databaseOf,
  describeColumns,
  type InitReport,
  initDataset,
  type OwnQuestion,
  readBird,
  readQuestionLines,
  readSpider,
  requireFree,
  type SnapshotOptions,
  type SqlDialect,
  snapshotMysql,
  snapshotSqlite,
  splitCalled,
} from '@queryloop/text-to-sql';
import { printInit } from '../init/print-init.ts';
import { openScreen } from '../screen.ts';

export interface InitOptions {
  database?: string;
  questions?: string[];
  spider?: string;
  bird?: string;
  db?: string;
  to?: string;
  name?: string;
  tables?: string[];
  without?: string[];
  sqlDialect?: SqlDialect;
  maxRows: number;
  maxMb: number;
  seed: number;
  force: boolean;
  json: boolean;
}

export async function init(options: InitOptions, signal: AbortSignal): Promise<void> {
  const screen = openScreen(options);
  const source = sourceOf(options);
  const to = options.to ?? source.folder;
  requireFree({ to, force: options.force });
  screen.line(`reading ${source.shown}`);
  const snapshot = await source.snapshot();
  signal.throwIfAborted();
  const report = await initDataset({
    name: options.name ?? source.name ?? basename(to),
    snapshot,
    questions: source.questions,
    sqlDialect: options.sqlDialect ?? source.sqlDialect,
    to,
    force: options.force,
    seed: options.seed,
    signal,
  });
  printInit(report, screen);
  if (options.json) process.stdout.write(`${JSON.stringify(report satisfies InitReport)}\n`);
}

interface Source {
  /** Address or file, without a password. */
  shown: string;
  /** Folder to write to unless one is named. */
  folder: string;
  /** Label of results; the folder's name when left out. */
  name?: string;
  questions: OwnQuestion[];
  sqlDialect: SqlDialect;
  snapshot: () => DatabaseSnapshot | Promise<DatabaseSnapshot>;
}

/** Reads the questions, so that a mistake in them is told before a long copy. */
function sourceOf(options: InitOptions): Source {
  const { database, questions, spider, bird, db, maxRows, maxMb, tables, without } = options;
  const limits: SnapshotOptions = {
    ...(tables && { tables }),
    ...(without && { without }),
    maxRows,
    maxBytes: maxMb * 2 ** 20,
  };
  const folder = spider ?? bird;
  if (folder === undefined) {
    if (db !== undefined) throw mistake('--db', '--db chooses a database of --spider or --bird');
    if (database === undefined) throw mistake('--database', 'init: no database is named');
    if (questions === undefined) throw mistake('--questions', 'init: no questions are given');
    return ownSource(database, questions, limits);
  }
  if (questions !== undefined) throw mistake('--questions', '--spider and --bird bring their own questions');
  // The reader names those that are there.
  const read = spider === undefined ? readBird : readSpider;
  const { name, path, questions: published, references, descriptions } = read(folder, db ?? '');
  return {
    shown: path,
    folder: db ?? '',
    name,
    questions: published,
    sqlDialect: 'sqlite',
    snapshot: () => {
      const copied = snapshotSqlite(path, { ...limits, references });
      return { ...copied, schema: describeColumns(copied.schema, descriptions) };
    },
  };
}

function ownSource(database: string, files: readonly string[], limits: SnapshotOptions): Source {
  const questions = readAll(files);
  if (/^(mysql|mariadb):\/\//.test(database)) {
    return {
      shown: hidePassword(database),
      folder: databaseOf(database),
      questions,
      sqlDialect: 'mysql',
      snapshot: () => snapshotMysql(database, limits),
    };
  }
  return {
    shown: database,
    folder: basename(database).replace(/\.\w+$/, ''),
    questions,
    sqlDialect: 'sqlite',
    snapshot: () => snapshotSqlite(database, limits),
  };
}

/** A file is a split when it is given as split=file, or when all files are called after one. */
function readAll(files: readonly string[]): OwnQuestion[] {
  const named = files.map((file) => {
    const [, split, path] = /^([\w-]+)=(.+)$/.exec(file) ?? [];
    const own = splitCalled(basename(file).replace(/\.\w+$/, ''));
    return { path: path ?? file, split: split ?? (['train', 'dev', 'test'].includes(own) ? own : undefined) };
  });
  const silent = named.filter(({ split }) => split === undefined);
  if (silent.length > 0 && silent.length < named.length)
    throw mistake('--questions', `--questions ${silent[0]?.path}: nothing says which split it is`);
  const questions = named.flatMap(({ path, split }) =>
    readQuestionLines(path).map((question) => ({
      ...question,
      ...(split !== undefined && question.split === undefined && { split }),
    })),
  );
  const places = new Map<string, string>();
  for (const { id, place } of questions) {
    const before = places.get(id);
    if (before !== undefined) throw mistake('--questions', `${place}: its id "${id}" stands in ${before} already`);
    places.set(id, place);
  }
  return questions;
}

const forms = `queryloop init --database data.sqlite --questions qa.jsonl
       queryloop init --database mysql://user:password@host:3306/shop --questions train=a.jsonl dev=b.jsonl test=c.jsonl
       queryloop init --spider ${join('path', 'to', 'spider')} --db concert_singer (or --bird)`;

const mistake = (field: string, message: string): UserError =>
  new UserError({ message, field, hint: `Usage: ${forms}` });
