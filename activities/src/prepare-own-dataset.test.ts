/** A database of one's own, from `queryloop init` to scored queries, on SQLite and on a real MariaDB. */
import { copyFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig, UserError } from '@queryloop/contracts';
import { grammarSampler, initDataset, type OwnQuestion } from '@queryloop/text-to-sql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../infra/mariadb/launch.ts';
import { loadDataset, type PreparedDataset, wordsOf } from './dataset-artifact.ts';
import { prepareDatasetFingerprint } from './fingerprints.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { openScorer } from './query-scorer.ts';
import { contextIn } from './step-context.fixture.ts';

const root = mkdtempSync(join(tmpdir(), 'queryloop-prepare-'));
// The server runs as a user of its own, which does not reach into the other.
const serverFolder = mkdtempSync(join(tmpdir(), 'queryloop-prepare-mariadb-'));
const folder = join(root, 'library');
const context = contextIn(root);
let server: MariadbServer;

const towns = ['Rome', 'Oslo', 'Bern'];
const members = Array.from({ length: 9 }, (_, i) => [i + 1, `Ann ${'ABCDEFGHI'[i]}`, towns[i % 3] as string, 1.5 + i]);
const loans = Array.from({ length: 30 }, (_, i) => [
  ...[(i % 9) + 1, `20${10 + (i % 5)}-0${1 + (i % 9)}-15`, `Title ${i % 4}`],
]);
const questions: OwnQuestion[] = members.flatMap(([id, name], i) => [
  {
    ...{ id: `count-${id}`, question: `How many books has ${name} borrowed?`, type: 'count', place: `qa.jsonl:${i}` },
    answer: String(loans.filter(([member]) => member === id).length),
  },
  {
    ...{ id: `town-${id}`, question: `Where does ${name} live?`, type: 'town', place: `qa.jsonl:${i + 9}` },
    sql: `SELECT town FROM \`group\` WHERE name = '${name}' ORDER BY town`,
  },
]);

beforeAll(async () => {
  server = await startMariadb({ folder: serverFolder });
  const schema: Parameters<typeof initDataset>[0]['snapshot']['schema'] = {
    tables: [
      {
        // A reserved word.
        name: 'group',
        primaryKey: ['id'],
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'name', type: 'text' },
          { name: 'town', type: 'text' },
          { name: 'height', type: 'real' },
        ],
      },
      {
        name: 'loan',
        primaryKey: [],
        columns: [
          { name: 'member', type: 'integer', references: { table: 'group', column: 'id' } },
          { name: 'day', type: 'date' },
          { name: 'title', type: 'text' },
        ],
      },
    ],
  };
  await initDataset({
    ...{ name: 'library', questions, sqlDialect: 'mysql', to: folder, force: false, seed: 1 },
    snapshot: { schema, rows: { group: members, loan: loans }, notes: [] },
  });
}, 300_000);
afterAll(async () => {
  await server?.stop();
  for (const used of [root, serverFolder]) rmSync(used, { recursive: true, force: true });
}, 60_000);

const configOf = (path: string, more: object = {}) => ExperimentConfig.parse({ dataset: { folder: path, ...more } });

async function prepared(database: string): Promise<PreparedDataset> {
  const output = await prepareDataset({ dataset: configOf(folder).dataset, database }, context);
  expect(output).toMatchObject({
    label: 'library',
    questions: { train: 12, dev: 2, test: 4 },
    outsideData: { test: 0 },
  });
  return await loadDataset(output.dataset, context);
}

describe.each(['sqlite', 'mariadb'])('on %s', (engine) => {
  const database = (): string => (engine === 'sqlite' ? 'sqlite' : server.url);

  test('questions are linked, and right queries score as right', async () => {
    const dataset = await prepared(database());
    expect(wordsOf(dataset)).toEqual(dataset.words);
    const { questions: train } = dataset.splits.train;
    for (const { question, bindings } of train) expect(Object.values(bindings), question).toHaveLength(1);
    // What the questions' own SQL is stays out of all that the policy or its training sees.
    expect(JSON.stringify(dataset)).not.toContain('ORDER BY town');
    expect(train.filter(({ rows }) => rows !== undefined).every(({ ordered }) => ordered === true)).toBe(true);
    const scorer = await openScorer(dataset, 'train', database(), context);
    try {
      const scored = await scorer.score(
        train.flatMap(({ type, bindings }, question) => {
          const [placeholder] = Object.keys(bindings);
          const right =
            type === 'count'
              ? `SELECT COUNT(*) FROM loan l JOIN \`group\` g ON g.id = l.member WHERE g.name = {${placeholder}}`
              : `SELECT town FROM \`group\` WHERE name = {${placeholder}}`;
          return [
            { question, sql: right },
            { question, sql: 'SELECT 99' },
            { question, sql: 'SELECT x FROM' },
          ];
        }),
      );
      scored.forEach(({ correct, failed }, i) => {
        expect([correct, failed]).toEqual([i % 3 === 0, i % 3 === 2]);
      });
      const sample = grammarSampler(dataset.schema, wordsOf(dataset), dataset.forms);
      const drawn = Array.from({ length: 200 }, (_, i) => ({ question: 0, sql: sample(1, i).sql }));
      // Placeholders that the question does not bind make no sense; what is left has to run.
      const bound = drawn.filter(({ sql }) =>
        (sql.match(/\{\w+\}/g) ?? []).every((name) => name.slice(1, -1) in (train[0]?.bindings ?? {})),
      );
      expect(bound.length).toBeGreaterThan(5);
      for (const { failed, sql } of await scorer.score(bound)) expect(failed, sql).toBe(false);
    } finally {
      await scorer.close();
    }
  });
});

describe('the step cache', () => {
  const of = (path: string) =>
    prepareDatasetFingerprint({ dataset: configOf(path).dataset, database: 'sqlite' }, context);
  const copy = (): string => {
    const target = mkdtempSync(join(root, 'copy-'));
    cpSync(folder, target, { recursive: true });
    return target;
  };

  test('knows a folder by its content, wherever it lies', async () => {
    expect(await of(copy())).toEqual(await of(folder));
  });
  test.each(['dataset.yaml', 'words.yaml', 'train.jsonl', 'dev.jsonl', 'test.jsonl', 'data.sqlite'])(
    'notices that %s has changed',
    async (file) => {
      const changed = copy();
      writeFileSync(join(changed, file), Buffer.concat([readFileSync(join(changed, file)), Buffer.from('\n')]));
      expect(await of(changed)).not.toEqual(await of(folder));
    },
  );
});

describe('mistakes are told before anything is built', () => {
  const broken = (file: string, text: string): string => {
    const target = mkdtempSync(join(root, 'broken-'));
    cpSync(folder, target, { recursive: true });
    writeFileSync(join(target, file), text);
    return target;
  };
  test.each([
    ['a split that is not there', () => configOf(folder, { test: 'hard' }), 'names no split "hard"'],
    ['no folder', () => configOf(join(root, 'none')), 'no such folder'],
    ['a broken line', () => configOf(broken('dev.jsonl', '{')), 'dev.jsonl:1: not JSON'],
    ['a broken word list', () => configOf(broken('words.yaml', 'topics: []')), 'words.yaml'],
    [
      'words of another schema',
      () => configOf(broken('words.yaml', readFileSync(join(folder, 'words.yaml'), 'utf8').replaceAll('loan', 'lend'))),
      /lend/,
    ],
  ])('%s', async (_, config, message) => {
    const preparing = () => prepareDataset({ dataset: config().dataset, database: 'sqlite' }, context);
    await expect(preparing()).rejects.toThrow(UserError);
    await expect(preparing()).rejects.toThrow(message);
  });

  test('another file may be the test split', async () => {
    const other = join(root, 'other.jsonl');
    copyFileSync(join(folder, 'dev.jsonl'), other);
    const output = await prepareDataset(
      { dataset: configOf(folder, { test: other }).dataset, database: 'sqlite' },
      context,
    );
    expect(output.questions['test']).toBe(2);
  });
});
