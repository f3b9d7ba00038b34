import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { answerParts } from '../comparison/answer-parts.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { careerOf, mostFrequent } from './career.ts';
import { generateWorld, questionTypes } from './generate-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'world-'));
afterAll(() => rmSync(folder, { recursive: true }));

const world = generateWorld({ seed: 1 });
const all = Object.values(world.splits).flatMap(({ questions }) => questions);

test('the same seed gives the same world, another seed another', () => {
  expect(generateWorld({ seed: 1 })).toEqual(world);
  expect(generateWorld({ seed: 2 }).rows.Athlete).not.toEqual(world.rows.Athlete);
});

test('it has a few hundred athletes and at least 30 question types in every split', () => {
  expect(world.rows.Athlete).toHaveLength(300);
  expect(new Set(questionTypes.map(({ name }) => name)).size).toBe(questionTypes.length);
  for (const { questions } of Object.values(world.splits))
    expect(new Set(questions.map(({ type }) => type)).size).toBeGreaterThanOrEqual(30);
  expect(world.splits.train.questions.length).toBeGreaterThan(2000);
  expect(world.splits.test.questions.length).toBeGreaterThan(300);
});

test('no question stands in two splits, every one has an answer and no gap', () => {
  expect(new Set(all.map(({ question }) => question)).size).toBe(all.length);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  for (const { question, answer } of all) {
    expect(answerParts(answer).length, question).toBeGreaterThan(0);
    expect(question).not.toMatch(/[{}]|undefined| {2}/);
  }
});

test('names hold apostrophes, letters with marks, and spaces; they are distinct', () => {
  const names = (world.rows.Athlete ?? []).map(([, name]) => String(name));
  expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(300);
  for (const pattern of [/'/, /[^ -~]/, /-/, / .* /]) expect(names.some((name) => pattern.test(name))).toBe(true);
});

test('SQL over the rows agrees with the computed answers', () => {
  const path = join(folder, 'world.sqlite');
  buildSqlite(world.rows, path);
  const database = new Database(path, { readonly: true });
  const medals =
    'FROM Medal m JOIN Format f USING (format_id) JOIN Tournament t USING (tournament_id) JOIN Athlete a USING (athlete_id)';
  const queries: Record<string, string> = {
    total: `SELECT COUNT(*) ${medals} WHERE a.name = @name`,
    'first-year': `SELECT MIN(year) ${medals} WHERE a.name = @name`,
    'last-tournament': `SELECT DISTINCT t.name ${medals} WHERE a.name = @name AND m.year = (SELECT MAX(year) ${medals} WHERE a.name = @name)`,
    'age-at-first': `SELECT MIN(m.year) - p.birth_year ${medals} JOIN PersonalInformation p USING (athlete_id) WHERE a.name = @name`,
    formats: `SELECT COUNT(DISTINCT f.name) ${medals} WHERE a.name = @name`,
  };
  const names = (world.rows.Athlete ?? []).map(([, name]) => String(name)).sort((a, b) => b.length - a.length);
  let checked = 0;
  for (const { question, answer, type } of all) {
    const sql = queries[type];
    if (!sql) continue;
    const athlete = names.find((name) => question.includes(name));
    const rows = database.prepare(sql).raw().all({ name: athlete }) as (string | number)[][];
    expect(rows.map(([cell]) => String(cell)).sort(), question).toEqual(answer.split(', ').sort());
    checked += 1;
  }
  expect(checked).toBeGreaterThan(100);
  database.close();
});

test('ties are all named', () => {
  expect(mostFrequent(['a', 'b', 'a', 'b', 'c'])).toEqual(['a', 'b']);
  expect(careerOf({ athlete: 'A', tournaments: [] }).wins).toEqual([]);
});
