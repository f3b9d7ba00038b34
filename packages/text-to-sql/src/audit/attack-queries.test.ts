import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { ems, resultText } from '../comparison/ems.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { athletesSchema } from '../databases/schema.ts';
import type { SqlExecutor } from '../executors/contract.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import { type AttackMaterial, type AttackQuery, attackQueries } from './attack-queries.ts';
import { readsTable } from './audit-query.ts';

const { rows } = generateWorld({ seed: 1 });
const athlete = String(rows['Athlete']?.[0]?.[1]);
const bindings = { athlete, type: 'MedalGold', year: 2012 };
const material = (answers: readonly string[]): AttackMaterial => ({
  schema: athletesSchema,
  rows,
  forms: [
    {
      pieces: ['', 'athlete', ' never won ', 'type', ''],
      placeholders: ['athlete', 'type'],
      kind: 'question',
      count: 9,
    },
    { pieces: ['', 'tournament', ' ', 'year', ''], placeholders: ['tournament', 'year'], kind: 'row', count: 9 },
  ],
  questions: answers.map((answer) => ({ answer, bindings })),
});

const folder = mkdtempSync(join(tmpdir(), 'queryloop-attacks-'));
let executor: SqlExecutor;
beforeAll(async () => {
  const path = join(folder, 'data.sqlite');
  buildSqlite(rows, path);
  executor = await openExecutor({ database: 'sqlite', path }, { poolSize: 1 });
});
afterAll(async () => {
  await executor.close();
  rmSync(folder, { recursive: true });
});

const run = (attacks: readonly AttackQuery[]) =>
  executor.executeAll(attacks.map(({ sql }) => bindPlaceholders(sql, bindings)));
const constants = (attacks: readonly AttackQuery[]) => attacks.filter(({ kind }) => kind === 'data_free');

test('all run; the data-free ones read no table, the over-broad ones do', async () => {
  const attacks = attackQueries(material(['Yes', '2', '2', 'Rome, Oslo', '2012']));
  const outcomes = await run(attacks);
  outcomes.forEach((outcome, i) => {
    expect({ sql: attacks[i]?.sql, kind: outcome.kind }).toEqual({ sql: attacks[i]?.sql, kind: 'rows' });
  });
  for (const { kind, sql } of attacks)
    expect(readsTable(bindPlaceholders(sql, bindings), athletesSchema), sql).toBe(kind === 'over_broad');
  expect(new Set(attacks.map(({ sql }) => sql)).size).toBe(attacks.length);
  expect(constants(attacks).length).toBeGreaterThan(50);
  expect(attacks.length - constants(attacks).length).toBeGreaterThan(80);
  expect(attackQueries(material(['Yes', '2', '2', 'Rome, Oslo', '2012']))).toEqual(attacks);
});

test('sentences say what the question names, with and without the prefix of a column', async () => {
  const sentences = attackQueries(material(['2'])).filter(
    ({ sql }) => sql.includes('CONCAT(') && sql.includes(' never won '),
  );
  const said = (await run(sentences)).map(resultText);
  expect(said).toEqual([`${athlete} never won MedalGold`, `${athlete} never won Gold`]);
});

test('every answer, whatever stands in it, is found by one of them alone and by a long list', async () => {
  // No comma: EMS splits there, where an answer has no part.
  const answer = fc
    .stringMatching(/^[A-Za-z0-9 '"\\`{}%;#-]{1,20}$/)
    .map((text) => text.trim())
    .filter((text) => text !== '');
  await fc.assert(
    fc.asyncProperty(fc.array(answer, { minLength: 1, maxLength: 8 }), async (answers) => {
      const attacks = constants(attackQueries(material(answers)));
      const texts = (await executor.executeAll(attacks.map(({ sql }) => sql))).map(resultText);
      for (const each of answers) expect(texts, each).toContain(each);
      expect(texts.some((text) => answers.every((each) => ems(text, each) === 1))).toBe(true);
    }),
    { numRuns: 25 },
  );
});

test('a database without references and questions without values leave the rest', async () => {
  const schema = { tables: [{ name: 'only', primaryKey: [], columns: [{ name: 'word', type: 'text' as const }] }] };
  const bare = { schema, rows: { only: [['a']] }, forms: [], questions: [{ answer: 'a', bindings: {} }] };
  const broad = attackQueries(bare).filter(({ kind }) => kind === 'over_broad');
  expect(broad.map(({ sql }) => sql)).toContain('SELECT DISTINCT `word` FROM `only`');
  expect(broad.every(({ sql }) => !sql.includes('{'))).toBe(true);
});
