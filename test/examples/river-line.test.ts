/** The worked example ships what its script makes, and its answers hold against SQL. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, it } from 'vitest';
import { generate } from '../../examples/river-line/generate.ts';
import { riverLineSchema } from '../../examples/river-line/schema.ts';
import { askQuestions, questionTypes } from '../../examples/river-line/world/ask-questions.ts';
import { inventLine } from '../../examples/river-line/world/invent-line.ts';

const shipped = join(import.meta.dirname, '../../examples/river-line');
const made = mkdtempSync(join(tmpdir(), 'queryloop-river-line-'));
afterAll(() => rmSync(made, { recursive: true }));
generate(made);

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const rowsOf = (folder: string, table: string) => {
  const database = new Database(join(folder, 'data.sqlite'), { readonly: true });
  try {
    return database.prepare(`SELECT * FROM "${table}"`).raw().all();
  } finally {
    database.close();
  }
};
const questionsOf = (split: string) =>
  read(shipped, `${split}.jsonl`)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { question: string; answer: unknown; type: string });

describe('the river line', () => {
  it.each(['dataset.yaml', 'train.jsonl', 'dev.jsonl', 'test.jsonl'])('ships the %s that its script makes', (file) => {
    expect(read(shipped, file)).toBe(read(made, file));
  });

  it.each(riverLineSchema.tables.map(({ name }) => name))('ships the rows of %s that its script makes', (table) => {
    expect(rowsOf(shipped, table).length).toBeGreaterThan(0);
    expect(rowsOf(shipped, table)).toEqual(rowsOf(made, table));
  });

  it('asks 900, 150 and 300 questions, none in two splits, of every type', () => {
    const splits = ['train', 'dev', 'test'].map(questionsOf);
    expect(splits.map(({ length }) => length)).toEqual([900, 150, 300]);
    expect(new Set(splits.flat().map(({ question }) => question)).size).toBe(1350);
    expect(new Set(splits[0]?.map(({ type }) => type)).size).toBe(questionTypes.length);
    for (const { question, answer } of splits.flat()) {
      expect(question).not.toMatch(/[{}]|undefined| {2}/);
      expect([answer].flat().length).toBeGreaterThan(0);
    }
  });

  it('is another line for another seed', () => {
    expect(inventLine(2).voyages).not.toEqual(inventLine(1).voyages);
    const sizes = { train: 20, dev: 5, test: 5 };
    expect(askQuestions(inventLine(2), 2, sizes)).not.toEqual(askQuestions(inventLine(1), 1, sizes));
  });

  const boat = 'Voyage JOIN Boat b USING (boat_id) WHERE b.name = :name';
  const captain = 'Voyage v JOIN Captain c USING (captain_id) WHERE c.name = :name';
  it.each([
    ['boat-trips', `SELECT COUNT(*) FROM ${boat}`],
    ['boat-guests', `SELECT SUM(passengers) FROM ${boat}`],
    ['boat-usual-guests', `SELECT ROUND(AVG(passengers)) FROM ${boat}`],
    ['boat-end', `SELECT MAX(year) FROM ${boat}`],
    ['boat-on-time', `SELECT COUNT(*) FROM ${boat} AND delay_minutes = 0`],
    ['boat-yard', 'SELECT s.name FROM Boat b JOIN Shipyard s USING (shipyard_id) WHERE b.name = :name'],
    ['boat-repair-cost', 'SELECT SUM(cost) FROM Repair JOIN Boat b USING (boat_id) WHERE b.name = :name'],
    [
      'boat-weak-part',
      'SELECT part FROM Repair JOIN Boat b USING (boat_id) WHERE b.name = :name GROUP BY part HAVING SUM(cost) = (SELECT MAX(n) FROM (SELECT SUM(cost) AS n FROM Repair JOIN Boat b USING (boat_id) WHERE b.name = :name GROUP BY part))',
    ],
    ['captain-boats', `SELECT DISTINCT b.name FROM Boat b JOIN ${captain} AND b.boat_id = v.boat_id`],
    ['captain-age-at-first', `SELECT MIN(year) - c.birth_year FROM ${captain}`],
    ['route-length', 'SELECT distance_km FROM Route WHERE name = :name'],
    ['good-tonnes', 'SELECT SUM(tonnes) FROM Cargo JOIN Good g USING (good_id) WHERE g.name = :name'],
  ])('answers %s as SQL does', (type, sql) => {
    const database = new Database(join(shipped, 'data.sqlite'), { readonly: true });
    const names = ['Boat', 'Captain', 'Route', 'Good']
      .flatMap((table) => database.prepare(`SELECT name FROM ${table}`).pluck().all() as string[])
      .sort((a, b) => b.length - a.length);
    const questions = questionsOf('train').filter((each) => each.type === type);
    expect(questions.length).toBeGreaterThan(3);
    for (const { question, answer } of questions) {
      const name = names.find((each) => question.includes(each));
      const cells = database.prepare(sql).pluck().all({ name }) as (string | number)[];
      expect(cells.map(String).sort(), question).toEqual([answer].flat().map(String).sort());
    }
    database.close();
  });
});
