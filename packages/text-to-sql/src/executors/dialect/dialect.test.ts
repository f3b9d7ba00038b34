/** The same statements on SQLite and on a real MariaDB: what they say must be the same, or a difference that docs/dialect.md lists. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../../../infra/mariadb/launch.ts';
import { generateWorld } from '../../built-in-world/generate-world.ts';
import { resultText } from '../../comparison/ems.ts';
import { equalAnswer } from '../../comparison/equal-answer.ts';
import { buildMariadb } from '../../databases/build-mariadb.ts';
import { buildSqlite } from '../../databases/build-sqlite.ts';
import type { Outcome, SqlExecutor } from '../contract.ts';
import { openExecutor } from '../open-executor.ts';
import { differenceOf, knownDifferences } from './differences.fixture.ts';
import { expression, rowsOf, textComparison } from './expressions.fixture.ts';
import { grammarQueries, policyQueries } from './generated-queries.fixture.ts';
import { sameOutcome, shown } from './outcomes.fixture.ts';
import { ordersRows } from './rewrites.fixture.ts';
import { alike, different } from './statements.fixture.ts';

const { rows } = generateWorld({ seed: 1 });
// One folder each: the server's must be reachable for the user that it runs as.
const [folder, serverFolder] = ['dialect', 'dialect-mariadb'].map((name) =>
  mkdtempSync(join(tmpdir(), `${name}-`)),
) as [string, string];
let server: MariadbServer;
let sqlite: SqlExecutor;
let mariadb: SqlExecutor;

beforeAll(async () => {
  const path = join(folder, 'data.sqlite');
  buildSqlite(rows, path);
  server = await startMariadb({ folder: serverFolder });
  const schema = await buildMariadb(rows, server.url);
  sqlite = await openExecutor({ database: 'sqlite', path }, { timeoutMs: 2_000 });
  mariadb = await openExecutor({ database: server.url, schema }, { timeoutMs: 2_000 });
}, 300_000);
afterAll(async () => {
  await sqlite?.close();
  await mariadb?.close();
  await server?.stop();
  for (const each of [folder, serverFolder]) rmSync(each, { recursive: true, force: true });
}, 60_000);

interface Compared {
  outcomes: { sqlite: Outcome; mariadb: Outcome }[];
  /** How often each known difference came. */
  differences: Record<string, number>;
  /** Statements on which they differ otherwise. */
  unknown: string[];
}

async function compare(sqls: readonly string[]): Promise<Compared> {
  const [left, right] = await Promise.all([sqlite.executeAll(sqls), mariadb.executeAll(sqls)]);
  const compared: Compared = { outcomes: [], differences: {}, unknown: [] };
  for (const [i, sql] of sqls.entries()) {
    const outcomes = { sqlite: left[i] as Outcome, mariadb: right[i] as Outcome };
    compared.outcomes.push(outcomes);
    if (sameOutcome(outcomes.sqlite, outcomes.mariadb, ordersRows(sql))) continue;
    const name = await differenceOf({
      sql,
      ...outcomes,
      onSqlite: (other) => sqlite.execute(other),
      onMariadb: (other) => mariadb.execute(other),
    });
    if (name === null)
      compared.unknown.push(`${sql}\n  SQLite: ${shown(outcomes.sqlite)}\n  MariaDB: ${shown(outcomes.mariadb)}`);
    else compared.differences[name] = (compared.differences[name] ?? 0) + 1;
  }
  return compared;
}

describe('statements written by hand', () => {
  test.each(Object.entries(alike))('%s', async (_theme, sqls) => {
    const { unknown, differences } = await compare(sqls);
    expect(unknown).toEqual([]);
    expect(differences).toEqual({});
  });

  test('those that differ still do', async () => {
    for (const [sql, name] of different) {
      const outcomes = await Promise.all([sqlite.execute(sql), mariadb.execute(sql)]);
      expect(sameOutcome(...outcomes, false), `${name}: ${sql}`).toBe(false);
    }
  });
});

test('generated expressions give the same', async () => {
  const expressions = [...new Set(fc.sample(expression, { numRuns: 3_000, seed: 6 }))];
  const { unknown, differences } = await compare(expressions.map((each) => rowsOf([each])));
  console.log(`${expressions.length} expressions, differences: ${JSON.stringify(differences)}`);
  expect(unknown).toEqual([]);
  expect(Object.values(differences).reduce((sum, count) => sum + count, 0)).toBeLessThan(0.002 * expressions.length);
}, 300_000);

test('texts are ordered and equal as in the collation of the MariaDB build', async () => {
  const { unknown, differences } = await compare([...new Set(fc.sample(textComparison, { numRuns: 3_000, seed: 6 }))]);
  expect(unknown).toEqual([]);
  expect(differences).toEqual({});
}, 300_000);

test('queries of the grammar and of policies give the same', async () => {
  const grammar = grammarQueries(rows, 6, 3_000);
  const sqls = [...new Set([...grammar, ...policyQueries(rows, 6)])];
  expect(sqls.length).toBeGreaterThan(5_000);
  const { outcomes, unknown, differences } = await compare(sqls);
  const kinds: Record<string, number> = {};
  for (const { mariadb: outcome } of outcomes) {
    const kind = outcome.kind === 'rows' ? 'rows' : outcome.code;
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  console.log(`${sqls.length} queries: ${JSON.stringify(kinds)}, differences: ${JSON.stringify(differences)}`);
  expect(unknown).toEqual([]);
  const failing = grammar.filter(
    (_, i) => outcomes[i]?.mariadb.kind === 'error' || outcomes[i]?.sqlite.kind === 'error',
  );
  expect(failing, 'the grammar teaches what runs').toEqual([]);
  const { ties = 0, ...others } = differences;
  expect(['time limit']).toEqual(expect.arrayContaining(Object.keys(others)));
  expect(ties).toBeLessThan(0.03 * sqls.length);
  expect(others['time limit'] ?? 0).toBeLessThan(0.001 * sqls.length);
  // Where they agree on the rows, they agree on what is a right answer.
  for (const [i, pair] of outcomes.entries()) {
    if (pair.mariadb.kind === 'error' || !sameOutcome(pair.sqlite, pair.mariadb, false)) continue;
    const gold = resultText(pair.mariadb);
    expect(equalAnswer(pair.sqlite, gold), sqls[i]).toBe(equalAnswer(pair.mariadb, gold));
  }
}, 300_000);

test('docs/dialect.md lists every difference', () => {
  const page = readFileSync(new URL('../../../../../docs/dialect.md', import.meta.url), 'utf8');
  const names = [...knownDifferences.map(({ name }) => name), ...different.map(([, name]) => name)];
  for (const name of new Set(names)) expect(page, name).toContain(`| ${name} |`);
});
