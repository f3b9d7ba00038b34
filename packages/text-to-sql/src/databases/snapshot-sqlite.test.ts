/** Copies of SQLite files as people have them. */
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { snapshotSqlite } from './snapshot-sqlite.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-snapshot-test-'));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

function file(sql: string): string {
  made += 1;
  const path = join(folder, `${made}.sqlite`);
  const database = new Database(path);
  database.pragma('foreign_keys = OFF');
  database.exec(sql);
  database.close();
  return path;
}

const columnsOf = (snapshot: ReturnType<typeof snapshotSqlite>, table: string) =>
  snapshot.schema.tables.find(({ name }) => name === table)?.columns;

test('tables, types, keys, references and rows', () => {
  const { schema, rows, notes } = snapshotSqlite(
    file(`
      CREATE TABLE country (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
      CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT, born DATE, height REAL, country INTEGER REFERENCES Country);
      INSERT INTO country VALUES (2, 'Chile'), (1, 'Peru');
      INSERT INTO author VALUES (1, 'Ann', '1970-01-31', 1.5, 2), (2, NULL, NULL, 2, NULL);
    `),
  );
  expect(schema).toEqual({
    tables: [
      {
        name: 'country',
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'text' },
        ],
        primaryKey: ['id'],
      },
      {
        name: 'author',
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'text' },
          { name: 'born', type: 'date' },
          { name: 'height', type: 'real' },
          { name: 'country', type: 'integer', references: { table: 'country', column: 'id' } },
        ],
        primaryKey: ['id'],
      },
    ],
  });
  expect(rows).toEqual({
    country: [
      [1, 'Peru'],
      [2, 'Chile'],
    ],
    author: [
      [1, 'Ann', '1970-01-31', 1.5, 2],
      [2, null, null, 2, null],
    ],
  });
  expect(notes).toEqual([]);
});

test('composite keys, references of several columns, to itself and in a circle', () => {
  const { schema } = snapshotSqlite(
    file(`
      CREATE TABLE seat (hall TEXT, number INTEGER, PRIMARY KEY (hall, number));
      CREATE TABLE ticket (id INTEGER PRIMARY KEY, hall TEXT, number INTEGER, before INTEGER REFERENCES ticket(id), holder INTEGER REFERENCES person(id),
        FOREIGN KEY (hall, number) REFERENCES seat (hall, number));
      CREATE TABLE person (id INTEGER PRIMARY KEY, last INTEGER REFERENCES ticket(id));
    `),
  );
  const [seat, ticket, person] = schema.tables;
  expect(seat?.primaryKey).toEqual(['hall', 'number']);
  expect(ticket?.foreignKeys).toEqual([
    { columns: ['hall', 'number'], references: { table: 'seat', columns: ['hall', 'number'] } },
  ]);
  expect(ticket?.columns[3]?.references).toEqual({ table: 'ticket', column: 'id' });
  expect(person?.columns[1]?.references).toEqual({ table: 'ticket', column: 'id' });
});

test('keys and references that nobody declared are guessed from names and values, and said', () => {
  const { schema, notes } = snapshotSqlite(
    file(`
      CREATE TABLE Companies (company_id INT, title TEXT);
      CREATE TABLE jobs (id INT, CompanyID INT, company_id_text TEXT, rank_id INT);
      INSERT INTO Companies VALUES (5, 'a'), (3, 'b');
      INSERT INTO jobs VALUES (1, 3, '3', 9), (2, 5, '5', 9), (3, NULL, 'x', 8);
    `),
  );
  const [companies, jobs] = schema.tables;
  expect(companies?.primaryKey).toEqual(['company_id']);
  expect(jobs?.columns.map(({ references }) => references)).toEqual([
    undefined,
    { table: 'Companies', column: 'company_id' },
    undefined,
    undefined,
  ]);
  expect(notes.join('\n')).toMatch(/jobs.CompanyID refers to Companies.company_id: guessed/);
});

test('no keys at all, an empty table, a table without rows of any type', () => {
  const { schema, rows } = snapshotSqlite(
    file(`
      CREATE TABLE log (word TEXT, n INT); INSERT INTO log VALUES ('a', 1), ('a', 1);
      CREATE TABLE bare (a INT, b DECIMAL(10,2), c DATETIME, d VARCHAR(5), e);
    `),
  );
  expect(schema.tables[0]?.primaryKey).toEqual([]);
  expect(rows).toEqual({
    log: [
      ['a', 1],
      ['a', 1],
    ],
    bare: [],
  });
  expect(schema.tables[1]?.columns.map(({ type }) => type)).toEqual(['integer', 'real', 'datetime', 'text', 'text']);
});

test('columns become what all their values are', () => {
  const snapshot = snapshotSqlite(
    file(`
      CREATE TABLE t (mixed INT, blanks INT, large INT, endless REAL, day TEXT, moment TEXT, zero TEXT, odd DATE, whole REAL, yes BOOLEAN);
      INSERT INTO t VALUES (1, 2, 9007199254740993, 9e999, '2020-02-29', '2020-02-29T10:00:00', '0000-00-00', '2020-02-30', 2.0, 1);
      INSERT INTO t VALUES ('n/a', '', 1, 1.5, '1999-12-31', '2020-02-29 10:00:01', '2001-01-01', '2020-02-29', 3.0, 0);
    `),
  );
  expect(columnsOf(snapshot, 't')?.map(({ type }) => type)).toEqual([
    'text',
    'integer',
    'text',
    'real',
    'date',
    'datetime',
    'date',
    'text',
    'real',
    'integer',
  ]);
  expect(snapshot.rows['t']).toEqual([
    ['1', 2, '9007199254740993', null, '2020-02-29', '2020-02-29 10:00:00', null, '2020-02-30', 2, 1],
    ['n/a', null, '1', 1.5, '1999-12-31', '2020-02-29 10:00:01', '2001-01-01', '2020-02-29', 3, 0],
  ]);
  const said = snapshot.notes.join('\n');
  for (const column of ['mixed', 'blanks', 'large', 'endless', 'zero']) expect(said).toContain(`t.${column}:`);
});

test('views, virtual tables and binary data are left out, computed columns and binary keys kept', () => {
  const path = file(`
    CREATE TABLE pic (id BLOB PRIMARY KEY, data BLOB, w INT, h INT, area INT GENERATED ALWAYS AS (w * h) VIRTUAL, twice INT AS (w * 2) STORED);
    CREATE TABLE tag (pic BLOB REFERENCES pic(id), word TEXT);
    INSERT INTO pic (id, data, w, h) VALUES (x'0aff', x'00', 2, 3), (x'0b', NULL, 4, 5);
    INSERT INTO tag VALUES (x'0aff', 'tree'), (NULL, 'none');
    CREATE VIEW wide AS SELECT * FROM pic WHERE w > 3;
    CREATE VIRTUAL TABLE words USING fts5(text);
  `);
  const { schema, rows, notes } = snapshotSqlite(path);
  expect(schema.tables.map(({ name }) => name)).toEqual(['pic', 'tag']);
  expect(rows['pic']).toEqual([
    ['0AFF', 2, 3, 6, 4],
    ['0B', 4, 5, 20, 8],
  ]);
  expect(rows['tag']).toEqual([
    ['0AFF', 'tree'],
    [null, 'none'],
  ]);
  expect(schema.tables[1]?.columns[0]?.references).toEqual({ table: 'pic', column: 'id' });
  expect(notes.join('\n')).toMatch(/virtual: words[\s\S]*views: wide[\s\S]*pic.data: left out/);
  // A view has no keys; what is NULL in all its rows is not known to be binary.
  expect(snapshotSqlite(path, { tables: ['wide'] }).rows).toEqual({ wide: [[null, 4, 5, 20, 8]] });
});

test('names may be anything', () => {
  const { schema, rows } = snapshotSqlite(
    file(`CREATE TABLE "order" ("select" INT, "größe ""q""" TEXT, "rowid" TEXT, "a.b" INT);
      INSERT INTO "order" VALUES (1, 'x', 'r', 2); CREATE TABLE "日本" ("?" TEXT);`),
  );
  expect(schema.tables.map(({ name, columns }) => [name, ...columns.map((column) => column.name)])).toEqual([
    ['order', 'select', 'größe "q"', 'rowid', 'a.b'],
    ['日本', '?'],
  ]);
  expect(rows['order']).toEqual([[1, 'x', 'r', 2]]);
});

describe('nothing is written to the file or beside it', () => {
  /** A WAL database as a program leaves it that was killed. */
  const wal = (): string => {
    const target = mkdtempSync(join(folder, 'wal-'));
    const source = join(folder, 'source.sqlite');
    const database = new Database(source);
    database.pragma('journal_mode = WAL');
    database.pragma('wal_autocheckpoint = 0');
    database.exec("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('in the log')");
    for (const ending of ['', '-wal']) copyFileSync(`${source}${ending}`, join(target, `live.sqlite${ending}`));
    database.close();
    return join(target, 'live.sqlite');
  };
  const contentOf = (path: string): string[][] =>
    readdirSync(path).map((name) => [name, readFileSync(join(path, name)).toString('hex')]);

  test('what stands only in the log of a WAL database is read', () => {
    const path = wal();
    const before = contentOf(join(path, '..'));
    expect(snapshotSqlite(path).rows).toEqual({ t: [['in the log']] });
    const after = contentOf(join(path, '..'));
    expect(after).toEqual(before);
  });

  test('an ordinary file stays as it is', () => {
    const path = file("CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('x')");
    const before = readFileSync(path);
    snapshotSqlite(path);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-journal`) || existsSync(`${path}-wal`)).toBe(false);
  });
});

describe('mistakes say what to do', () => {
  const three = file(`CREATE TABLE big (a INT); INSERT INTO big VALUES (1), (2), (3);
    CREATE TABLE small (a TEXT); INSERT INTO small VALUES ('${'x'.repeat(2000)}');
    CREATE TABLE blob (a BLOB); INSERT INTO blob VALUES (x'00'); CREATE TABLE Big2 (a INT)`);
  const text = join(folder, 'text.txt');
  writeFileSync(text, 'no database, but a text that is long enough to be looked at'.repeat(100));
  test.each([
    ['no file', join(folder, 'none.sqlite'), {}, 'no such file'],
    ['a folder', folder, {}, 'is not a file'],
    ['no database', text, {}, 'cannot be read as an SQLite database'],
    ['an empty file', file(''), {}, 'the database has no tables'],
    ['too many rows', three, { maxRows: 4 }, '5 rows, at most 4 (big 3, small 1'],
    ['too many bytes', three, { maxBytes: 100 }, 'too large for a snapshot'],
    ['an unknown table', three, { without: ['none'] }, 'the database has no table "none"'],
    ['nothing left', three, { without: ['big', 'small', 'blob', 'Big2'] }, 'no table is left to copy'],
    ['only binary data', three, {}, 'the table "blob" holds nothing but binary data'],
  ])('%s', (_, path, options, message) => {
    expect(() => snapshotSqlite(path, options)).toThrow(UserError);
    expect(() => snapshotSqlite(path, options)).toThrow(message);
  });

  test('names of tables are found whatever their case', () => {
    expect(Object.keys(snapshotSqlite(three, { tables: ['BIG', 'small'] }).rows)).toEqual(['big', 'small']);
  });
});

test('tells of keys that differ in case alone', () => {
  const notes = (...keys: string[]) =>
    snapshotSqlite(
      file(
        `CREATE TABLE part (code TEXT PRIMARY KEY); INSERT INTO part VALUES ${keys.map((key) => `('${key}')`).join()};`,
      ),
    ).notes;
  expect(notes('a', 'B')).toEqual([]);
  expect(notes('a', 'A')).toEqual([
    expect.stringContaining('part: some values of its primary key (code) differ in case'),
  ]);
});
