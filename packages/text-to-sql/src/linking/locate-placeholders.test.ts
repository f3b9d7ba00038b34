import { expect, it } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { athletesSchema } from '../databases/schema.ts';
import { athletesWordList } from '../grammar/word-list.ts';
import { indexDatabase } from './database-index.ts';
import { linkQuestion } from './link-question.ts';
import { locatePlaceholders } from './locate-placeholders.ts';

it('finds again what linking replaced, in every question of the built-in world', () => {
  const { splits, rows } = generateWorld({ seed: 1 });
  const index = indexDatabase(athletesSchema, athletesWordList(), [rows]);
  expect(splits.train.questions.length).toBeGreaterThan(100);
  for (const { question } of splits.train.questions) {
    const { text, surfaces, bindings } = linkQuestion(question, index);
    const spans = locatePlaceholders(question, text, bindings);
    expect(spans.map(({ name }) => name)).toEqual([...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    for (const { start, end, name } of spans)
      expect(question.slice(start, end).toLowerCase()).toBe(surfaces[name]?.toLowerCase());
  }
});

it('bears with punctuation, braces and doubled spaces, and finds nothing where texts do not belong together', () => {
  const linked = 'did {athlete} ( f ) win in {year} - {year2} ?';
  const question = 'Did  {Ann O’Neil}(f) win in 2001-2004?';
  expect(locatePlaceholders(question, linked, {}).map(({ start, end }) => question.slice(start, end))).toEqual([
    'Ann O’Neil',
    '2001',
    '2004',
  ]);
  expect(locatePlaceholders('Who won?', linked, {})).toEqual([]);
});

it('tells values apart that stand side by side', () => {
  const found = (question: string, linked: string, bindings: Record<string, string>) =>
    locatePlaceholders(question, linked, bindings).map(({ start, end }) => question.slice(start, end));
  const silver = { tournament: 'Sudirman Cup', type: 'MedalSilver' };
  expect(found('How many Sudirman Cup Silver Medals?', 'how many {tournament} {type} ?', silver)).toEqual([
    'Sudirman Cup',
    'Silver Medals',
  ]);
  expect(found('How many Silver Medals Sudirman Cup?', 'how many {type} {tournament} ?', silver)).toEqual([
    'Silver Medals',
    'Sudirman Cup',
  ]);
});
