/** From a database and questions to a folder, and from folders laid out as Spider and BIRD are published. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { snapshotSqlite } from '../databases/snapshot-sqlite.ts';
import { grammarSampler } from '../grammar/sample-pairs.ts';
import { loadWordList } from '../grammar/word-list.ts';
import { type InitPlan, initDataset } from './init-dataset.ts';
import { openDatasetFolder } from './open-dataset-folder.ts';
import type { OwnQuestion } from './question-lines.ts';
import { readBird } from './read-bird.ts';
import { readOwnRows } from './read-own-rows.ts';
import { readOwnSplit } from './read-own-split.ts';
import { readSpider } from './read-spider.ts';

const root = mkdtempSync(join(tmpdir(), 'queryloop-init-'));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, content: unknown): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

function library(path: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file);
  const towns = ['Rome', 'Oslo', 'Bern'];
  database.exec(`
    CREATE TABLE member (member_id INTEGER PRIMARY KEY, name TEXT, town TEXT);
    CREATE TABLE loan (loan_id INTEGER PRIMARY KEY, member_id INTEGER REFERENCES member (member_id), title TEXT, year INTEGER);
  `);
  const member = database.prepare('INSERT INTO member VALUES (?, ?, ?)');
  const loan = database.prepare('INSERT INTO loan VALUES (?, ?, ?, ?)');
  for (let i = 1; i <= 12; i++) member.run(i, `Member ${String.fromCharCode(64 + i)}`, towns[i % 3]);
  for (let i = 1; i <= 60; i++) loan.run(i, 1 + (i % 12), `Title ${i % 7}`, 2000 + (i % 9));
  database.close();
  return file;
}

const source = library('library.sqlite');
const asked = (place: number, question: string, more: Partial<OwnQuestion> = { answer: '1' }): OwnQuestion => ({
  ...{ id: `q-${place}`, question, type: '', place: `qa.jsonl:${place}` },
  ...more,
});
const questions = Array.from({ length: 20 }, (_, i) =>
  asked(i + 1, `How often did Member ${String.fromCharCode(65 + (i % 12))} borrow Title ${i % 7}, number ${i}?`),
);
const planOf = (to: string, more: Partial<InitPlan> = {}): InitPlan => ({
  ...{ name: 'library', snapshot: snapshotSqlite(source), questions, sqlDialect: 'mysql', to: join(root, to) },
  ...{ force: false, seed: 1, ...more },
});

test('writes a folder that opens, with a word list that the grammar can use, and counts what links', async () => {
  const plan = planOf('new/library');
  const report = await initDataset(plan);
  expect(readdirSync(plan.to).sort()).toEqual([
    'data.sqlite',
    'dataset.yaml',
    'dev.jsonl',
    'test.jsonl',
    'train.jsonl',
    'words.yaml',
  ]);
  const opened = openDatasetFolder(plan.to);
  expect(opened.schema).toEqual(plan.snapshot.schema);
  expect(readOwnRows(opened)).toEqual(plan.snapshot.rows);
  expect(report.tables).toEqual([
    { name: 'member', rows: 12, columns: 3 },
    { name: 'loan', rows: 60, columns: 4 },
  ]);
  const splits = ['train', 'dev', 'test'].map((split) => report.splits[split]);
  expect(splits.map((split) => split?.questions)).toEqual([14, 2, 4]);
  expect(splits.map((split) => split?.linked)).toEqual([14, 2, 4]);
  expect((await readOwnSplit(opened, 'dev')).questions).toHaveLength(2);
  const sample = grammarSampler(opened.schema, loadWordList(opened.words));
  const database = new Database(opened.database, { readonly: true });
  for (let i = 0; i < 50; i++) expect(sample(1, i).sql).toMatch(/^SELECT/);
  database.close();
});

test('the same input gives the same files', async () => {
  for (const to of ['same/a', 'same/b']) await initDataset(planOf(to));
  for (const name of readdirSync(join(root, 'same/a')))
    expect(readFileSync(join(root, 'same/a', name)).equals(readFileSync(join(root, 'same/b', name))), name).toBe(true);
});

test('questions whose SQL fails are left out and told by line; those without rows are counted', async () => {
  const own = [
    ...questions,
    asked(30, 'Right?', { sql: 'SELECT COUNT(*) FROM loan' }),
    asked(31, 'Wrong?', { sql: 'SELECT nothing FROM loan' }),
    asked(32, 'None?', { sql: 'SELECT name FROM member WHERE member_id = 99' }),
    asked(33, 'Many?', { sql: 'SELECT a.name FROM member a, member b, member c' }),
  ];
  const report = await initDataset(planOf('failing', { questions: own }));
  expect(report.leftOut.map(({ place }) => place)).toEqual(['qa.jsonl:31', 'qa.jsonl:33']);
  expect(report.leftOut[1]?.problem).toContain('more than 200 rows');
  expect(report.empty).toBe(1);
  expect(Object.values(report.splits).reduce((sum, split) => sum + split.questions, 0)).toBe(22);
});

test('what unlinked questions hold instead is told', async () => {
  const unlinked = ['Where is "Silver Cup" kept?', 'Which loans are late?', 'Is Paris in it?'];
  const own = [...questions, ...unlinked.map((question, i) => asked(40 + i, question, { answer: 'a', split: 'test' }))];
  const all = own.map((question) => ({ ...question, split: question.split ?? 'train' }));
  const { splits, drawn } = await initDataset(planOf('unlinked', { questions: all }));
  expect(drawn).toEqual(['dev']);
  expect(splits['test']).toMatchObject({ questions: 3, linked: 0, examples: unlinked });
  expect(splits['test']?.unknown.map(({ text }) => text).sort()).toEqual(['Paris', 'Silver Cup']);
});

describe('nothing is overwritten unless told to', () => {
  test('a folder that is not empty, or a file, is refused; nothing is left behind', async () => {
    const to = write('full/mine.txt', 'mine');
    await expect(initDataset(planOf('full'))).rejects.toThrow(/not empty/);
    await expect(initDataset(planOf('full/mine.txt', { force: true }))).rejects.toThrow(/a file of that name/);
    expect(readFileSync(to, 'utf8')).toBe('mine');
    await expect(initDataset(planOf('few/x', { questions: questions.slice(0, 2) }))).rejects.toThrow(/too few/);
    expect(readdirSync(join(root, 'few'))).toEqual([]);
  });

  test('with force other files stay, and the word list of before is kept', async () => {
    const plan = planOf('forced');
    await initDataset(plan);
    write('forced/words.yaml', '# edited');
    write('forced/mine.txt', 'mine');
    await initDataset({ ...plan, force: true });
    expect(readFileSync(join(plan.to, 'words.previous.yaml'), 'utf8')).toBe('# edited');
    expect(readFileSync(join(plan.to, 'words.yaml'), 'utf8')).toContain('topics');
    expect(existsSync(join(plan.to, 'mine.txt'))).toBe(true);
  });
});

test('when the SQL of all questions fails, the database is probably another one', async () => {
  const own = questions.map((question) => ({ ...question, sql: 'SELECT x FROM y' }));
  await expect(initDataset(planOf('other', { questions: own }))).rejects.toThrow(/the SQL of all 20 questions fails/);
});

describe('Spider', () => {
  library('spider/database/library_1/library_1.sqlite');
  library('spider/database/unasked/unasked.sqlite');
  const ask = (question: string, query: string, id = 'library_1') => ({ db_id: id, query, question, sql: {} });
  write('spider/train_spider.json', [
    ask('How many loans are there?', 'SELECT count(*) FROM loan'),
    ask('Other?', 'SELECT 1', 'another'),
    ask('Names, in order?', 'SELECT "name" FROM member ORDER BY name LIMIT 3'),
  ]);
  write('spider/dev.json', [
    ask('Who lives in Rome?', `SELECT name || "!" FROM member WHERE town = "Rome" OR town = "it's"`),
    ask('Newest?', 'SELECT title FROM loan ORDER BY year DESC LIMIT 1'),
  ]);
  write('spider/tables.json', [
    { db_id: 'another' },
    {
      db_id: 'library_1',
      table_names_original: ['member', 'loan'],
      column_names_original: [
        [-1, '*'],
        [0, 'member_id'],
        [0, 'name'],
        [0, 'town'],
        [1, 'loan_id'],
        [1, 'title'],
      ],
      column_names: [
        [-1, '*'],
        [0, 'member id'],
        [0, 'name'],
        [0, 'home town'],
        [1, 'loan id'],
        [1, 'title'],
      ],
      foreign_keys: [[5, 2]],
    },
  ]);
  const folder = join(root, 'spider');

  test('one database with its questions, keys and descriptions', async () => {
    const read = readSpider(folder, 'library_1');
    expect(read.questions.map(({ id, place }) => [id, place])).toEqual([
      ['train_spider-1', 'train_spider.json, entry 1'],
      ['train_spider-3', 'train_spider.json, entry 3'],
      ['dev-1', 'dev.json, entry 1'],
      ['dev-2', 'dev.json, entry 2'],
    ]);
    expect([...read.descriptions]).toEqual([['member.town', 'home town']]);
    const snapshot = snapshotSqlite(read.path, { references: read.references });
    expect(snapshot.schema.tables[1]?.columns[2]?.references).toEqual({ table: 'member', column: 'name' });
    const plan = planOf('from-spider', { snapshot, questions: read.questions, sqlDialect: 'sqlite', name: read.name });
    const { leftOut } = await initDataset(plan);
    expect(leftOut).toEqual([]);
    const opened = openDatasetFolder(plan.to);
    const splits = await Promise.all(['train', 'dev', 'test'].map((split) => readOwnSplit(opened, split)));
    const answers = new Map(
      splits.flatMap((split) => split.questions).map(({ question, ...gold }) => [question, gold]),
    );
    expect(answers.get('How many loans are there?')).toMatchObject({ rows: [[60]], ordered: false });
    expect(answers.get('Names, in order?')).toMatchObject({ answer: 'Member A, Member B, Member C', ordered: true });
    expect(answers.get('Who lives in Rome?')?.answer).toContain('!');
  });

  test.each([
    ['unasked', 'no question is about the database "unasked"'],
    ['none', 'has no database "none"'],
    ['', '--db is to say which database'],
  ])('database "%s"', (database, message) => {
    expect(() => readSpider(folder, database)).toThrow(UserError);
    expect(() => readSpider(folder, database)).toThrow(message);
  });
  test('folders that are none', () => {
    expect(() => readSpider(join(root, 'nowhere'), 'x')).toThrow(/no such folder/);
    expect(() => readSpider(join(root, 'same'), 'x')).toThrow(/none of train_spider.json/);
    write('cut/train_spider.json', '[{"db_id": ');
    library('cut/database/x/x.sqlite');
    expect(() => readSpider(join(root, 'cut'), 'x')).toThrow(/not JSON/);
    write('cut/train_spider.json', [{ db_id: 'x', question: 'q' }]);
    expect(() => readSpider(join(root, 'cut'), 'x')).toThrow(/entry 1: "question" or "query" is missing/);
  });
});

test('BIRD: evidence and difficulty are kept, columns are described', async () => {
  library('bird/dev_databases/library/library.sqlite');
  write(
    'bird/dev_databases/library/database_description/member.csv',
    '\uFEFForiginal_column_name,column_name,column_description,data_format,value_description\ntown,home,where they  live,text,"a, b"\nname,full name,,text,\n',
  );
  write('bird/dev_databases/library/database_description/loan.csv', Buffer.from('no csv "\n"\n').toString());
  const ask = (place: number, difficulty: string) => ({
    ...{ question_id: place, db_id: 'library', question: `How many loans of Member A (${place})?`, difficulty },
    ...{
      evidence: 'loans refers to loan_id',
      SQL: "SELECT COUNT(*) FROM loan WHERE strftime('%Y', '2020-01-01') = '2020'",
    },
  });
  write('bird/dev.json', [ask(0, 'simple'), ask(1, 'moderate'), ask(2, 'challenging'), ask(3, 'simple')]);
  const read = readBird(join(root, 'bird'), 'library');
  expect([...read.descriptions]).toEqual([
    ['member.town', 'where they live'],
    ['member.name', 'full name'],
  ]);
  const snapshot = snapshotSqlite(read.path);
  const plan = planOf('from-bird', { snapshot, questions: read.questions, sqlDialect: 'sqlite', name: read.name });
  expect((await initDataset(plan)).leftOut).toEqual([]);
  const lines = ['train', 'dev', 'test'].flatMap((split) =>
    readFileSync(join(plan.to, `${split}.jsonl`), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as OwnQuestion),
  );
  expect(lines.map(({ type }) => type).sort()).toEqual(['challenging', 'moderate', 'simple', 'simple']);
  expect(lines[0]).toMatchObject({
    evidence: 'loans refers to loan_id',
    sql: expect.stringContaining('strftime') as string,
  });
});
