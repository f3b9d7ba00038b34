/** What is written into a dataset folder is what is read from it, whatever schema and rows. */
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { buildSqlite } from '../databases/build-sqlite.ts';
import {
  type Cell,
  type Column,
  type ColumnType,
  columnTypes,
  type DatabaseSchema,
  type Table,
} from '../databases/schema.ts';
import { snapshotSqlite } from '../databases/snapshot-sqlite.ts';
import type { DatasetFolder } from './dataset-folder.ts';
import { datasetText } from './dataset-text.ts';
import { openDatasetFolder, splitFileOf } from './open-dataset-folder.ts';
import { readOwnRows } from './read-own-rows.ts';
import { countOutsideRows, readOwnSplit } from './read-own-split.ts';

const root = mkdtempSync(join(tmpdir(), 'queryloop-own-'));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

function write(
  schema: DatabaseSchema,
  rows: Record<string, Cell[][]>,
  files: Record<string, string> = {},
  more?: object,
): string {
  made += 1;
  const folder = join(root, String(made));
  mkdirSync(folder);
  buildSqlite(rows, join(folder, 'data.sqlite'), schema);
  writeFileSync(join(folder, 'words.yaml'), 'topics: []\n');
  const splits = { train: 'train.jsonl', dev: 'dev.jsonl', test: 'test.jsonl' };
  for (const file of Object.values(splits)) writeFileSync(join(folder, file), '{"question": "q", "answer": "a"}\n');
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const described = { name: 'own', database: 'data.sqlite', words: 'words.yaml', sqlDialect: 'mysql' as const, splits };
  const text = datasetText({ ...described, schema: schema as DatasetFolder['schema'] }, rows);
  writeFileSync(join(folder, 'dataset.yaml'), more ? stringify({ ...described, schema, ...more }) : text);
  return folder;
}

const name = fc.oneof(
  fc.constantFrom(
    'order',
    'select',
    'a b',
    'größe',
    '日本',
    'x"y',
    "it's",
    'a`b',
    '?',
    'a.b',
    'rowid',
    'Null',
    'yes',
    '007',
  ),
  fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/^sqlite_|\0|^\s|\s$/i.test(text)),
);
const cells: Record<ColumnType, fc.Arbitrary<Cell>> = {
  integer: fc.oneof(fc.maxSafeInteger(), fc.integer()),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  text: fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\0')),
  date: fc.constantFrom('2020-02-29', '0001-01-01', '9999-12-31'),
  time: fc.constantFrom('00:00:00', '23:59:59'),
  datetime: fc.constantFrom('2020-02-29 12:00:00', '1000-01-01 00:00:00'),
};
const distinct = <T>(items: readonly T[], key: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [key(item).toLowerCase(), item])).values(),
];

const tableArbitrary = fc
  .record({
    name,
    columns: fc.array(fc.record({ name, type: fc.constantFrom(...columnTypes) }), { minLength: 1, maxLength: 5 }),
    key: fc.nat(5),
  })
  .chain(({ name: own, columns: all, key }) => {
    const columns: Column[] = distinct(all, (column) => column.name);
    const keyed = columns[key];
    const table: Table = { name: own, columns, primaryKey: keyed ? [keyed.name] : [] };
    const row = fc.tuple(...columns.map(({ type }) => fc.option(cells[type], { nil: null, freq: 4 })));
    return fc.array(row as fc.Arbitrary<Cell[]>, { maxLength: 8 }).map((found) => {
      if (!keyed) return { table, rows: found };
      const place = columns.indexOf(keyed);
      const rows = distinct(
        found.filter((cell) => cell[place] !== null),
        (cell) => String(cell[place]),
      );
      return {
        table,
        rows: keyed.type === 'integer' ? rows.sort((a, b) => (a[place] as number) - (b[place] as number)) : rows,
      };
    });
  });

test('any schema and rows come back as they were written', () => {
  fc.assert(
    fc.property(fc.array(tableArbitrary, { minLength: 1, maxLength: 4 }), (all) => {
      const tables = distinct(all, ({ table }) => table.name);
      const schema = { tables: tables.map(({ table }) => table) };
      const rows = Object.fromEntries(tables.map(({ table, rows: own }) => [table.name, own]));
      const opened = openDatasetFolder(write(schema, rows));
      expect(opened.schema).toEqual(schema);
      expect(readOwnRows(opened)).toEqual(rows);
      // Read as somebody's database it has the same rows, whatever types are seen in them.
      const again = snapshotSqlite(opened.database).rows;
      for (const { table, rows: own } of tables)
        expect(again[table.name]?.map((row) => row.map(String))).toEqual(own.map((row) => row.map(String)));
    }),
    { numRuns: 60 },
  );
});

const schema: DatabaseSchema = {
  tables: [
    {
      name: 'town',
      primaryKey: ['id'],
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'name', type: 'text' },
        { name: 'size', type: 'integer' },
      ],
    },
  ],
};
const rows = {
  town: [
    [1, 'Rome', 5],
    [2, 'Oslo', 3],
    [3, 'Bern', null],
  ] as Cell[][],
};

describe('questions', () => {
  test('with SQL are compared with what it returns; the SQL goes no further', async () => {
    const questions = [
      { question: 'Largest?', sql: 'SELECT name, size FROM town ORDER BY size DESC LIMIT 1' },
      { question: 'Sizes?', sql: 'SELECT size FROM town', type: 'easy', evidence: 'size' },
      { question: 'None?', sql: "SELECT name FROM town WHERE name = 'Paris'" },
      { question: 'Both?', sql: 'SELECT COUNT(*) FROM town', answer: 'three' },
      { question: 'Told?', answer: ['Rome', 2] },
    ];
    const text = questions.map((line) => `${JSON.stringify(line)}\n`).join('');
    const opened = openDatasetFolder(write(schema, rows, { 'train.jsonl': text }));
    const split = await readOwnSplit(opened, 'train');
    expect(split).toEqual({
      name: 'train',
      questions: [
        { id: 'train-1', question: 'Largest?', answer: 'Rome, 5', type: '', rows: [['Rome', 5]], ordered: true },
        { id: 'train-2', question: 'Sizes?', answer: '5, 3', type: 'easy', rows: [[5], [3], [null]], ordered: false },
        { id: 'train-3', question: 'None?', answer: '', type: '', rows: [], ordered: false },
        { id: 'train-4', question: 'Both?', answer: 'three', type: '', rows: [[3]], ordered: false },
        { id: 'train-5', question: 'Told?', answer: 'Rome, 2', type: '' },
      ],
    });
  });

  test('in SQLite’s dialect are run as SQLite reads them', async () => {
    const line = { question: 'q', sql: `SELECT "name" || '!' FROM [town] WHERE size > 3` };
    const files = { 'test.jsonl': `${JSON.stringify(line)}\n` };
    const read = (more?: object) => readOwnSplit(openDatasetFolder(write(schema, rows, files, more)), 'Original');
    expect((await read({ sqlDialect: 'sqlite' })).questions).toMatchObject([{ answer: 'Rome!' }]);
    await expect(read()).rejects.toThrow(UserError);
  });

  test.each(['mysql', 'sqlite'])('whose SQL fails are told by line (%s)', async (sqlDialect) => {
    const lines = ['SELECT 1', 'SELECT nme FROM town', 'DELETE FROM town', 'PRAGMA table_list', 'SELECT FROM'];
    const text = lines.map((sql) => `${JSON.stringify({ question: 'q', sql })}\n`).join('');
    const opened = openDatasetFolder(write(schema, rows, { 'dev.jsonl': text }, { sqlDialect }));
    await expect(readOwnSplit(opened, 'dev')).rejects.toThrow(
      /4 of 5 questions fails[\s\S]*dev.jsonl:2[\s\S]*dev.jsonl:3[\s\S]*dev.jsonl:4[\s\S]*dev.jsonl:5/,
    );
    expect(readOwnRows(opened)).toEqual(rows);
  });

  test('answers outside the data are counted', () => {
    const answers = ['Rome, Oslo', '7', 'yes', 'rome', 'Paris', 'Rome is larger'];
    expect(countOutsideRows([...answers.map((answer) => ({ answer })), { answer: 'Paris', rows: [] }], rows)).toBe(2);
  });
});

describe('a split', () => {
  const opened = openDatasetFolder(write(schema, rows));
  test('is called by its name, by a path, and "Original" means "test"', () => {
    expect(splitFileOf(opened, 'train')).toMatchObject({ name: 'train' });
    expect(splitFileOf(opened, 'Original')).toMatchObject({ name: 'test' });
    const path = join(root, 'more.jsonl');
    copyFileSync(join(opened.folder, 'dev.jsonl'), path);
    expect(splitFileOf(opened, path)).toEqual({ name: 'more', path });
  });
  test.each([
    ['hard', 'names no split "hard"'],
    [join(root, 'none.jsonl'), 'is not there'],
  ])('%s is a UserError', (split, message) => {
    expect(() => splitFileOf(opened, split)).toThrow(UserError);
    expect(() => splitFileOf(opened, split)).toThrow(message);
  });
});

describe('a folder that is not as it should be', () => {
  const yaml = (text: string): string => {
    const folder = write(schema, rows);
    writeFileSync(join(folder, 'dataset.yaml'), text);
    return folder;
  };
  const described = (more: object): string => write(schema, rows, {}, more);
  const table = schema.tables[0] as Table;
  const withTable = (more: object): string => described({ schema: { tables: [{ ...table, ...more }] } });
  test.each([
    ['no folder', join(root, 'none'), 'no such folder'],
    ['a file', join(root, '1', 'dataset.yaml'), 'not a folder'],
    ['no dataset.yaml', root, 'dataset.yaml: no such file'],
    ['no YAML', yaml('a: [1\n'), /line \d+: not valid YAML/],
    ['an unknown field', described({ databse: 'x' }), /databse/],
    ['no splits', described({ splits: {} }), 'splits: names no split'],
    ['a path out of it', described({ database: '../data.sqlite' }), 'database: expected a path within the folder'],
    ['a file that is not there', described({ words: 'other.yaml' }), 'names other.yaml, which is not there'],
    ['an unknown type', withTable({ columns: [{ name: 'id', type: 'int' }] }), 'schema.tables.town.columns.id.type'],
    ['a key that is not there', withTable({ primaryKey: ['key'] }), 'there is no town.key'],
    [
      'a reference to nothing',
      withTable({ columns: [{ name: 'id', type: 'integer', references: { table: 'x', column: 'y' } }] }),
      'there is no x.y',
    ],
    ['a table twice', described({ schema: { tables: [table, { ...table, name: 'Town' }] } }), '"Town" stands twice'],
  ])('%s', (_, folder, message) => {
    expect(() => openDatasetFolder(folder)).toThrow(UserError);
    expect(() => openDatasetFolder(folder)).toThrow(message);
  });

  test.each([
    [
      'another type',
      {
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'integer' },
        ],
      },
      'town.name, row 1: "Rome" is no integer',
    ],
    [
      'a column that is not there',
      {
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'nme', type: 'text' },
        ],
      },
      /nme/,
    ],
    ['a key that has gaps', { primaryKey: ['size'] }, 'town.size is no primary key'],
  ])('rows: %s', (_, more, message) => {
    const folder = withTable(more);
    buildSqlite(rows, join(folder, 'data.sqlite'), schema);
    const opened = openDatasetFolder(folder);
    expect(() => readOwnRows(opened)).toThrow(UserError);
    expect(() => readOwnRows(opened)).toThrow(message);
  });

  test('a database that is none', () => {
    const folder = described({});
    writeFileSync(join(folder, 'data.sqlite'), 'no database '.repeat(1000));
    expect(() => readOwnRows(openDatasetFolder(folder))).toThrow(UserError);
  });
});
