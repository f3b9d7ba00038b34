/** Makes a dataset folder of a database and questions, and says what came of it. */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { DatabaseSnapshot } from '../databases/snapshot.ts';
import { suggestWordList } from '../grammar/suggest-word-list.ts';
import { wordListText } from '../grammar/word-list-text.ts';
import { indexDatabase } from '../linking/database-index.ts';
import { datasetFile, type SqlDialect } from './dataset-folder.ts';
import { datasetText } from './dataset-text.ts';
import { runGoldQueries } from './gold-queries.ts';
import { type LinkReport, reportLinks } from './link-report.ts';
import type { OwnQuestion } from './question-lines.ts';
import { splitQuestions } from './split-questions.ts';

export interface InitPlan {
  /** Label of results. */
  name: string;
  snapshot: DatabaseSnapshot;
  questions: readonly OwnQuestion[];
  sqlDialect: SqlDialect;
  /** Where the folder goes. */
  to: string;
  /** Replace files of that name. */
  force: boolean;
  seed: number;
  signal?: AbortSignal;
}

export interface InitReport {
  folder: string;
  tables: { name: string; rows: number; columns: number }[];
  notes: string[];
  splits: Record<string, LinkReport>;
  /** Splits that were drawn rather than given. */
  drawn: string[];
  /** Questions whose own SQL does not run, with the reason. */
  leftOut: { place: string; problem: string }[];
  /** Questions whose own SQL returns no rows. */
  empty: number;
}

const wordsFile = 'words.yaml';
const databaseFile = 'data.sqlite';
/** What the words file of before is kept as: it may have been edited. */
const previousWords = 'words.previous.yaml';

/**
 * Writes dataset.yaml, the snapshot, a word list to edit and the questions, all or none of them.
 * @throws UserError when the folder holds something and `force` is not set, or when the questions cannot be divided
 */
export async function initDataset(plan: InitPlan): Promise<InitReport> {
  const { snapshot, questions, sqlDialect, to, seed, signal } = plan;
  const { schema, rows, notes } = snapshot;
  requireFree(plan);
  mkdirSync(dirname(resolve(to)), { recursive: true });
  const scratch = mkdtempSync(join(dirname(resolve(to)), `.${basename(resolve(to))}-`));
  try {
    const database = join(scratch, databaseFile);
    buildSqlite(rows, database, schema);
    const { kept, leftOut, empty } = await withoutFailing(questions, database, sqlDialect, signal);
    const { splits, drawn } = splitQuestions(kept, seed);
    const train = (splits.get('train') ?? []).map(({ question }) => question);
    const words = suggestWordList(schema, rows, train);
    for (const [name, lines] of splits) writeFileSync(join(scratch, `${name}.jsonl`), linesOf(lines));
    writeFileSync(join(scratch, wordsFile), wordListText(words));
    const files = Object.fromEntries([...splits.keys()].map((name) => [name, `${name}.jsonl`]));
    const description = {
      name: plan.name,
      database: databaseFile,
      words: wordsFile,
      sqlDialect,
      splits: files,
      schema,
    };
    writeFileSync(join(scratch, datasetFile), datasetText(description, rows));
    const index = indexDatabase(schema, words, [rows]);
    const reports = [...splits].map(([name, lines]) => {
      const texts = lines.map(({ question }) => question);
      return [name, reportLinks(texts, index, schema, rows)] as const;
    });
    chmodSync(scratch, 0o755);
    moveInto(scratch, to);
    return {
      folder: to,
      tables: schema.tables.map(({ name, columns }) => ({
        name,
        rows: rows[name]?.length ?? 0,
        columns: columns.length,
      })),
      notes,
      splits: Object.fromEntries(reports),
      drawn,
      leftOut,
      empty,
    };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Throws UserError when something would be overwritten. Called early as well, before a long copy. */
export function requireFree({ to, force }: Pick<InitPlan, 'to' | 'force'>): void {
  const found = statSync(to, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) {
    throw new UserError({
      message: `--to ${to}: there is a file of that name`,
      field: '--to',
      hint: 'Give another name.',
    });
  }
  if (force || readdirSync(to).length === 0) return;
  throw new UserError({
    message: `--to ${to}: the folder is not empty`,
    field: '--to',
    hint: `Give another name, or --force to replace what "queryloop init" writes (${wordsFile} is kept as ${previousWords}).`,
  });
}

/** Leaves out questions whose own SQL gives no result to compare with. */
async function withoutFailing(
  questions: readonly OwnQuestion[],
  database: string,
  dialect: SqlDialect,
  signal: AbortSignal | undefined,
): Promise<{ kept: OwnQuestion[]; leftOut: InitReport['leftOut']; empty: number }> {
  const withSql = questions.filter(({ sql }) => sql !== undefined);
  const results = await runGoldQueries(
    withSql.map(({ sql }) => sql as string),
    database,
    dialect,
    signal,
  );
  const problems = new Map<OwnQuestion, string>();
  let empty = 0;
  results.forEach((result, i) => {
    if ('problem' in result) problems.set(withSql[i] as OwnQuestion, result.problem);
    else if (result.rows.length === 0) empty += 1;
  });
  const leftOut = [...problems].map(([{ place }, problem]) => ({ place, problem }));
  if (questions.length > 0 && leftOut.length === questions.length) {
    throw new UserError({
      message: `the SQL of all ${questions.length} questions fails; ${leftOut[0]?.place}: ${leftOut[0]?.problem}`,
      field: '--questions',
      hint: 'Does it belong to this database? --sql-dialect mysql or sqlite says how it is read.',
    });
  }
  return { kept: questions.filter((question) => !problems.has(question)), leftOut, empty };
}

const linesOf = (questions: readonly OwnQuestion[]): string =>
  questions
    .map(({ id, question, answer, sql, type, evidence }) =>
      JSON.stringify({ id, question, answer, sql, ...(type !== '' && { type }), evidence }),
    )
    .map((line) => `${line}\n`)
    .join('');

/** Files are complete when they appear; those of other names stay. */
function moveInto(scratch: string, to: string): void {
  if (!existsSync(to)) {
    renameSync(scratch, to);
    return;
  }
  const words = join(to, wordsFile);
  if (existsSync(words)) renameSync(words, join(to, previousWords));
  for (const name of readdirSync(scratch)) renameSync(join(scratch, name), join(to, name));
}
