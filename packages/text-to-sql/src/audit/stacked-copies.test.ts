import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { athletesSchema, type DatabaseSchema } from '../databases/schema.ts';
import type { SqlExecutor } from '../executors/contract.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { grammarSampler } from '../grammar/sample-pairs.ts';
import { athletesWordList } from '../grammar/word-list.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import { perturbRows } from './perturb-rows.ts';
import { onCopy, stackedRows, stackedSchema } from './stacked-copies.ts';

const { rows } = generateWorld({ seed: 1 });
const other = perturbRows(rows, athletesSchema, 1);
const folder = mkdtempSync(join(tmpdir(), 'queryloop-stacked-'));
const executors: SqlExecutor[] = [];

async function open(name: string, build: (path: string) => void): Promise<SqlExecutor> {
  const path = join(folder, `${name}.sqlite`);
  build(path);
  const executor = await openExecutor({ database: 'sqlite', path }, { poolSize: 1 });
  executors.push(executor);
  return executor;
}

let alone: SqlExecutor[];
let stacked: SqlExecutor;
beforeAll(async () => {
  alone = [await open('0', (path) => buildSqlite(rows, path)), await open('1', (path) => buildSqlite(other, path))];
  stacked = await open('stacked', (path) =>
    buildSqlite(stackedRows([rows, other]), path, stackedSchema(athletesSchema, 2)),
  );
});
afterAll(async () => {
  for (const executor of executors) await executor.close();
  rmSync(folder, { recursive: true });
});

test('queries of the grammar give on a copy in the file what they give on the copy alone', async () => {
  const sample = grammarSampler(athletesSchema, athletesWordList());
  const athlete = String(rows['Athlete']?.[3]?.[1]);
  const bindings = {
    athlete,
    athlete2: 'nobody',
    type: 'MedalGold',
    year: 2012,
    tournament: 'x',
    format: 'y',
    city: 'z',
  };
  const queries = Array.from({ length: 300 }, (_, i) => bindPlaceholders(sample(1, i).sql, bindings));
  const written = [
    'SELECT `Medal`.`year`, medal.type FROM `Medal` WHERE Medal.year > 2010 ORDER BY medal_id LIMIT 3',
    "SELECT 'Medal', COUNT(*) AS Medal FROM Medal -- Medal",
    'WITH Athlete AS (SELECT 1 AS one FROM Format) SELECT COUNT(*) FROM Athlete',
    'SELECT * FROM Athlete, Format LIMIT 5',
    'SELECT (SELECT COUNT(*) FROM Tournament t WHERE t.athlete_id = Athlete.athlete_id) FROM Athlete LIMIT 9',
    'SELECT wrong FROM Medal',
    'SELECT FROM',
    "SELECT 'unclosed",
  ];
  const write = onCopy(athletesSchema);
  for (const copy of [0, 1]) {
    const all = [...queries, ...written];
    const expected = await (alone[copy] as SqlExecutor).executeAll(all);
    const found = await stacked.executeAll(all.map((sql) => write(sql, copy)));
    found.forEach((outcome, i) => {
      const wanted = expected[i];
      if (outcome.kind === 'rows')
        expect({ sql: all[i], ...outcome, columns: [] }).toEqual({ sql: all[i], ...wanted, columns: [] });
      else
        expect({ sql: all[i], kind: wanted?.kind, code: outcome.code }).toEqual({
          sql: all[i],
          kind: 'error',
          code: (wanted as { code: string }).code,
        });
    });
  }
});

test('a column that is called like a table goes with it, and a function does not', () => {
  const schema: DatabaseSchema = {
    tables: [
      {
        name: 'format',
        columns: [
          { name: 'id', type: 'integer' },
          { name: 'Format', type: 'text' },
        ],
      },
      {
        name: 'my table',
        primaryKey: ['a'],
        columns: [{ name: 'a', type: 'integer', references: { table: 'format', column: 'id' } }],
      },
    ],
  };
  const { tables } = stackedSchema(schema, 2);
  expect(tables.map(({ name }) => name)).toEqual(['format__0', 'my table__0', 'format__1', 'my table__1']);
  expect(tables[2]?.columns.map(({ name }) => name)).toEqual(['id', 'Format__1']);
  expect(tables[3]?.columns[0]?.references).toEqual({ table: 'format__1', column: 'id' });
  expect(onCopy(schema)("SELECT FORMAT(1, 2), f.FORMAT, 'format' FROM `my table`, format f", 1)).toBe(
    "SELECT FORMAT ( 1 , 2 ) , f . FORMAT__1 , 'format' FROM `my table__1` , format__1 f",
  );
});
