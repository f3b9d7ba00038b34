/** Pairs of the grammar with values in them: they run, name what they use, and are always the same. */
import { expect, it } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { athletesSchema } from '../databases/schema.ts';
import { tokenizeSql } from '../executors/tokenize-sql.ts';
import { grammarExamples } from '../prompts/grammar-examples.ts';
import { queryShape } from '../query-shape.ts';
import { literalSampler } from './literal-pairs.ts';
import { riverLineRows, riverLineSchema, riverLineWords } from './river-line.fixture.ts';
import { athletesWordList } from './word-list.ts';

const { rows } = generateWorld({ seed: 1 });
const sample = literalSampler(athletesSchema, athletesWordList(), rows);

it.each([
  ['athletes', sample],
  ['the river line', literalSampler(riverLineSchema(), riverLineWords(), riverLineRows())],
])('leaves no placeholder, and writes questions as people do: %s', (_, sampler) => {
  for (let i = 0; i < 400; i++) {
    const { question, sql } = sampler(3, i);
    expect(question + sql).not.toMatch(/\{\w+\}/);
    expect(question).toMatch(/^\P{Ll}/u);
    expect(question).not.toMatch(/\s[?.,]|\s$/);
    expect(() => tokenizeSql(sql)).not.toThrow();
  }
});

it('names in the question every athlete that the query asks for', () => {
  const athletes = (rows['Athlete'] ?? []).map(([, name]) => String(name));
  let named = 0;
  for (let i = 0; i < 300; i++) {
    const { question, sql } = sample(3, i);
    for (const name of athletes)
      if (sql.includes(`'${name.replaceAll("'", "''")}'`)) {
        expect(question.toLowerCase()).toContain(name.trim().toLowerCase());
        named += 1;
      }
  }
  expect(named).toBeGreaterThan(200);
});

it('gives the same pair whenever it is asked, and another one for another seed', () => {
  const again = literalSampler(athletesSchema, athletesWordList(), rows);
  expect(again(3, 17)).toEqual(sample(3, 17));
  expect(again(4, 17)).not.toEqual(sample(3, 17));
});

it('rewords questions while placeholders stand in them', () => {
  const { question } = sample(3, 5, (text) => `please ${text.replace(/\{athlete\}/, '{athlete} yes')}`);
  expect(question).toMatch(/^Please .*\byes\b/);
});

it('says when the rows have nothing to ask about', () => {
  expect(() => literalSampler(athletesSchema, athletesWordList(), {})(1, 1)).toThrow(/no values/);
});

it('finds examples that differ in what they are made of, the same every time', () => {
  const examples = grammarExamples(sample, 6);
  expect(new Set(examples.map(({ sql }) => JSON.stringify(queryShape(sql)))).size).toBe(6);
  expect(grammarExamples(sample, 4)).toEqual(examples.slice(0, 4));
});
