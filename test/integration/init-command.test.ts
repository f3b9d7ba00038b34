/** `queryloop init` as a user calls it, and `evaluate` on the folder that it wrote. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildMariadb, type InitReport } from '@queryloop/text-to-sql';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startMariadb } from '../../infra/mariadb/launch.ts';
import { lastJson, type Outcome, openWorkplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 60_000 });

const workplace = openWorkplace();
const { folder } = workplace;
afterAll(() => workplace.remove());
const run = (...args: string[]): Promise<Outcome> => workplace.start(args).ended;
const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
const lines = (values: readonly object[]): string => values.map((value) => `${JSON.stringify(value)}\n`).join('');

const names = ['Ann Lee', 'Bo Kim', 'Cy Roe', 'Di Fox', 'Ed Poe', 'Flo May'];
const questions = names.flatMap((name, i) => [
  { question: `How many books did ${name} borrow?`, answer: 4 },
  { question: `Where does ${name} live?`, sql: `SELECT town FROM member WHERE name = "${name}"` },
  ...(i === 0
    ? [
        { question: 'What is wrong?', sql: 'SELECT no FROM member' },
        { question: 'Is Paris far?', answer: 'no' },
      ]
    : []),
]);

beforeAll(() => {
  const database = new Database(join(folder, 'library.sqlite'));
  database.exec(`
    CREATE TABLE member (id INTEGER PRIMARY KEY, name TEXT, town TEXT, photo BLOB);
    CREATE TABLE loan (id INTEGER PRIMARY KEY, member INTEGER REFERENCES member (id), title TEXT, day DATE);
    CREATE VIEW late AS SELECT * FROM loan; CREATE TABLE fines (amount REAL);
  `);
  names.forEach((name, i) => {
    database.prepare("INSERT INTO member VALUES (?, ?, ?, x'00')").run(i + 1, name, ['Rome', 'Oslo'][i % 2]);
    for (let n = 0; n < 4; n++)
      database
        .prepare('INSERT INTO loan (member, title, day) VALUES (?, ?, ?)')
        .run(i + 1, `Book ${n}`, `202${n}-05-0${n + 1}`);
  });
  database.close();
  write('qa.jsonl', lines(questions));
});

test('writes the folder and tells what was left out, what links and what to do next', async () => {
  const { code, stdout, stderr } = await run(
    'init',
    '--database',
    'library.sqlite',
    '--questions',
    'qa.jsonl',
    '--to',
    'lib',
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const text of [
    'lib: 3 tables, 30 rows',
    'left out, being views: late',
    'member.photo: left out, holds binary data',
    'without rows: fines',
    'qa.jsonl:3: no such column: no',
    'drawn from the rest',
    '"Paris" (1): no value of the database',
    'npx queryloop run experiments/quickstart.yaml --set dataset.folder=lib',
  ])
    expect(stdout).toContain(text);
  expect(stdout).toMatch(/train +9, of which \d+ \(\d+ %\) name a value: .*member/);
  expect(readdirSync(join(folder, 'lib')).sort()).toEqual([
    'data.sqlite',
    'dataset.yaml',
    'dev.jsonl',
    'test.jsonl',
    'train.jsonl',
    'words.yaml',
  ]);
  const again = await run('init', '--database', 'library.sqlite', '--questions', 'qa.jsonl', '--to', 'lib');
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toContain('--to lib: the folder is not empty');
  const forced = await run(
    'init',
    '--database',
    'library.sqlite',
    '--questions',
    'qa.jsonl',
    '--to',
    'lib',
    '--force',
    '--json',
  );
  expect(forced.code).toBe(0);
  const report = JSON.parse(forced.stdout) as InitReport;
  expect(report.leftOut).toMatchObject([{ place: 'qa.jsonl:3' }]);
  expect(report.splits['train']?.questions).toBe(9);
});

test('files called after splits are those splits', async () => {
  mkdirSync(join(folder, 'splits'));
  const some = questions.filter(({ question }) => question.startsWith('Where'));
  write('splits/train.jsonl', lines(some.slice(0, 4)));
  write('splits/validation.jsonl', lines(some.slice(4, 5)));
  write('splits/other.jsonl', lines(some.slice(5)));
  const files = ['train', 'validation'].map((name) => `splits/${name}.jsonl`);
  const { code, stdout } = await run(
    ...['init', '--database', 'library.sqlite', '--to', 'split', '--json', '--without', 'fines'],
    ...['--questions', ...files, 'test=splits/other.jsonl'],
  );
  expect(code).toBe(0);
  const { splits, drawn } = JSON.parse(stdout) as InitReport;
  expect(Object.entries(splits).map(([name, { questions: n }]) => [name, n])).toEqual([
    ['train', 4],
    ['dev', 1],
    ['test', 1],
  ]);
  expect(drawn).toEqual([]);
});

test('a policy is evaluated on the folder', async () => {
  const policy = fileURLToPath(new URL('../golden/fixtures/llama-tiny', import.meta.url));
  const given = ['--policy', policy, '--dataset-folder', 'lib'];
  const refused = await run('evaluate', ...given);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('Set --prompt to zero-shot');
  const outcome = await run('evaluate', ...given, '--prompt', 'zero-shot', '--json');
  expect(outcome.code, outcome.stderr).toBe(0);
  expect(lastJson<object>(outcome)).toMatchObject({ dataset: 'lib', split: 'test', n: 3, correct: 0 });
});

describe('a server', () => {
  const serverFolder = mkdtempSync(join(tmpdir(), 'queryloop-init-mariadb-'));
  afterAll(() => rmSync(serverFolder, { recursive: true, force: true }));

  test('is copied, and its password is not shown', async () => {
    const server = await startMariadb({ folder: serverFolder });
    try {
      const columns = (['name', 'town'] as const).map((name) => ({ name, type: 'text' as const }));
      const schema = { tables: [{ name: 'member', primaryKey: [], columns }] };
      const shop = await buildMariadb({ member: names.map((name) => [name, 'Rome']) }, server.url, schema);
      const url = new URL(`${server.url.replace(/\/$/, '')}/${shop}`);
      const { password } = url;
      expect(password.length).toBeGreaterThan(4);
      write('server.jsonl', lines(questions.filter(({ question }) => question.startsWith('Where'))));
      const { code, stdout, stderr } = await run(
        'init',
        '--database',
        url.href,
        '--questions',
        'server.jsonl',
        '--to',
        'shop',
      );
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('shop: 1 table, 6 rows');
      expect(stdout).not.toContain(password);
      expect(readFileSync(join(folder, 'shop', 'dataset.yaml'), 'utf8')).not.toContain(password);
      url.password = 'wrong-one';
      const refused = await run('init', '--database', url.href, '--questions', 'server.jsonl', '--to', 'refused');
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/refused user/);
      expect(refused.stderr).not.toMatch(/wrong-one|^\s+at /m);
    } finally {
      await server.stop();
    }
  }, 120_000);
});

describe('mistakes end with code 2, a message and no stack trace', () => {
  beforeAll(() => {
    write('broken.jsonl', `${lines(questions.slice(0, 1))}{"question": \n`);
    write('empty.jsonl', '\n');
    write('few.jsonl', lines(questions.slice(0, 1)));
    write('text.sqlite', 'no database at all, only a text'.repeat(100));
    mkdirSync(join(folder, 'spider'));
    write('spider/train_spider.json', '[]');
  });
  const init = (...args: string[]): string[] => ['init', ...args];
  const own = (questionsFile: string, ...more: string[]): string[] =>
    init('--database', 'library.sqlite', '--to', 'wrong', '--questions', questionsFile, ...more);
  test.each([
    [init(), 'init: no database is named'],
    [init('--database', 'library.sqlite'), 'init: no questions are given'],
    [init('--database', 'none.sqlite', '--questions', 'qa.jsonl'), 'no such file: none.sqlite'],
    [
      init('--database', 'text.sqlite', '--questions', 'qa.jsonl', '--to', 'wrong'),
      'text.sqlite cannot be read as an SQLite database',
    ],
    [init('--database', '.', '--questions', 'qa.jsonl', '--to', 'wrong'), '. is not a file'],
    [init('--database', 'mysql://', '--questions', 'qa.jsonl'), 'The address of the database server cannot be read'],
    [
      init('--database', 'mysql://root@127.0.0.1:1/shop', '--questions', 'qa.jsonl', '--to', 'wrong'),
      'No database server answers at 127.0.0.1:1',
    ],
    [own('none.jsonl'), 'no such file: none.jsonl'],
    [own('broken.jsonl'), 'broken.jsonl:2: not JSON'],
    [own('empty.jsonl'), 'empty.jsonl holds no question'],
    [own('few.jsonl'), '1 different questions are too few'],
    [own('qa.jsonl', 'train=few.jsonl'), 'nothing says which split it is'],
    [own('qa.jsonl', '--without', 'none'), 'the database has no table "none"'],
    [own('qa.jsonl', '--tables', 'member,none'), 'the database has no table "none"'],
    [own('qa.jsonl', '--max-rows', '5'), 'too large for a snapshot: 30 rows, at most 5 (loan 24, member 6, fines 0)'],
    [own('qa.jsonl', '--max-rows', 'many'), '--max-rows: "many" is not a whole number'],
    [own('qa.jsonl', '--sql-dialect', 'oracle'), 'Allowed choices are mysql, sqlite'],
    [own('qa.jsonl', '--to', 'qa.jsonl'), 'there is a file of that name'],
    [own('qa.jsonl', '--db', 'x'), '--db chooses a database of --spider or --bird'],
    [init('--spider', 'nowhere', '--db', 'x'), '--spider: no such folder: nowhere'],
    [init('--spider', 'spider', '--db', 'x'), 'has no database "x"'],
    [init('--bird', 'spider', '--db', 'x'), 'none of train.json'],
    [init('--spider', 'spider', '--bird', 'spider'), 'cannot be used with'],
    [['evaluate', '--policy', '.', '--dataset-folder', 'nowhere'], 'no such folder'],
    [['evaluate', '--policy', '.', '--dataset-folder', 'lib', '--split', 'hard'], 'names no split "hard"'],
    [['evaluate', '--policy', '.', '--dataset-folder', 'lib', '--dataset', 'built-in-world'], 'cannot be used with'],
  ])('%j', async (args, message) => {
    const outcome = await run(...args);
    expect(outcome.stderr).toContain(message);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    expect(outcome.code).toBe(2);
    expect(readdirSync(folder).filter((name) => /wrong/.test(name))).toEqual([]);
  });
});
