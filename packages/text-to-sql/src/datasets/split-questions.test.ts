import { UserError } from '@queryloop/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { OwnQuestion } from './question-lines.ts';
import { splitQuestions } from './split-questions.ts';

const asked = (question: string, place: number, split?: string): OwnQuestion => ({
  ...{ id: String(place), question, answer: 'a', type: '', place: `qa.jsonl:${place}` },
  ...(split !== undefined && { split }),
});
const many = (n: number): OwnQuestion[] => Array.from({ length: n }, (_, i) => asked(`question ${i}`, i));

test('seven, one and two tenths are drawn, each question once, by the seed', () => {
  const { splits, drawn } = splitQuestions(many(100), 1);
  expect([...splits].map(([name, questions]) => [name, questions.length])).toEqual([
    ['train', 70],
    ['dev', 10],
    ['test', 20],
  ]);
  expect(new Set(drawn)).toEqual(new Set(['dev', 'test']));
  expect(splitQuestions(many(100), 1)).toEqual({ splits, drawn });
  expect(splitQuestions(many(100), 2).splits).not.toEqual(splits);
});

test('no question is lost, and none of the same wording stands in two splits', () => {
  const wording = fc.constantFrom('A?', 'a? ', 'b', 'B', 'c', 'd', 'e', 'f');
  fc.assert(
    fc.property(fc.array(wording, { minLength: 1, maxLength: 40 }), fc.nat(9), (wordings, seed) => {
      const questions = wordings.map((text, i) => asked(text, i));
      const different = new Set(wordings.map((text) => text.trim().toLowerCase()));
      if (different.size < 3) {
        expect(() => splitQuestions(questions, seed)).toThrow(/too few/);
        return;
      }
      const { splits } = splitQuestions(questions, seed);
      expect([...splits.values()].flat().length).toBe(questions.length);
      const seen = [...splits.values()].map(
        (split) => new Set(split.map(({ question }) => question.trim().toLowerCase())),
      );
      expect(seen.reduce((sum, { size }) => sum + size, 0)).toBe(different.size);
      for (const { size } of seen) expect(size).toBeGreaterThan(0);
    }),
  );
});

test('where a question is drawn to does not depend on the order of the others', () => {
  const forward = splitQuestions(many(50), 3)
    .splits.get('test')
    ?.map(({ question }) => question);
  const backward = splitQuestions(many(50).reverse(), 3)
    .splits.get('test')
    ?.map(({ question }) => question);
  expect(new Set(backward)).toEqual(new Set(forward));
});

test('lines that name their split keep it; what is missing is drawn from train', () => {
  const questions = [...many(10).map((question) => ({ ...question, split: 'train' })), asked('last', 11, 'validation')];
  const { splits, drawn } = splitQuestions(questions, 1);
  expect(drawn).toEqual(['test']);
  expect(splits.get('dev')?.map(({ question }) => question)).toEqual(['last']);
  expect(splits.get('train')).toHaveLength(8);
});

test.each([
  [
    'some without a split',
    [asked('a', 1, 'train'), asked('b', 2)],
    /1 of 2 questions name no split, the first at qa.jsonl:2/,
  ],
  ['too few', many(2), /2 different questions are too few to draw test and dev from/],
  ['none to train on', [asked('a', 1, 'test')], /no question is in the split train/],
  ['a name that is none', [asked('a', 1, '../x')], /"..\/x" cannot name a split/],
])('%s: UserError', (_, questions, message) => {
  expect(() => splitQuestions(questions, 1)).toThrow(UserError);
  expect(() => splitQuestions(questions, 1)).toThrow(message);
});
