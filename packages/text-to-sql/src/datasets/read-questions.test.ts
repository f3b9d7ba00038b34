import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterAll, describe, expect, test } from 'vitest';
import { benchmarkFolder } from './benchmark-folder.fixture.ts';
import { selectDev } from './dev-selection.ts';
import { readQuestionsTsv } from './read-questions.ts';
import { resolveSplit } from './splits.ts';
import { countOutsideData, isOutsideData } from './unanswerable.ts';

const folder = mkdtempSync(join(tmpdir(), 'questions-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const path = join(folder, `f${Math.random().toString(36).slice(2)}.tsv`);
  writeFileSync(path, text);
  return path;
}

const context = '"Ana\n\nCup\nSingles\tMedalGold | 2001 | Rome\n\n"';

describe.skipIf(benchmarkFolder === null)('the benchmark', () => {
  test.each([
    ['train', 2961],
    ['dev', 282],
    ['Original', 578],
    ['CounterFactual', 699],
    ['Easy', 732],
  ])('%s has %i questions', (split, n) => {
    const { name, path } = resolveSplit(split, benchmarkFolder);
    const questions = readQuestionsTsv(path, name);
    expect(questions).toHaveLength(n);
    expect(questions[0]?.id).toBe(`${split}-1`);
    expect(new Set(questions.map(({ id }) => id)).size).toBe(n);
  });

  test('109 of the 282 dev questions stand in train and do not select', () => {
    const read = (split: string) => readQuestionsTsv(resolveSplit(split, benchmarkFolder).path, split);
    expect(selectDev(read('dev'), read('train'))).toHaveLength(282 - 109);
  });

  test('answers that no query can give are counted', () => {
    const questions = readQuestionsTsv(resolveSplit('train', benchmarkFolder).path, 'train');
    expect(countOutsideData(questions)).toBe(93);
  });
});

test('columns are found by name, in any order, with quoted lines and a byte-order mark', () => {
  const path = file(`\uFEFFContext\tQuestions\tAnswers\n${context}\t"How ""many""?"\t1\n`);
  expect(readQuestionsTsv(path, 's')).toEqual([
    {
      id: 's-1',
      question: 'How "many"?',
      answer: '1',
      type: '',
      context: 'Ana\n\nCup\nSingles\tMedalGold | 2001 | Rome\n\n',
      row: 1,
    },
  ]);
});

const header = 'Questions\tAnswers\tContext\n';

test.each([
  ['a missing column', 'Questions\tAnswers\nq\ta\n', /column "Context" is missing/],
  ['an empty file', '', /column "Questions" is missing/],
  ['no rows', header, /no questions below the header/],
  [
    'an empty question',
    `${header}q\ta\t${context}\n \ta\t${context}\n`,
    /row 2 \(line 8\), column "Questions": the question is empty/,
  ],
  ['a field too few', `${header}q\t${context}\n`, /row 1 \(line 2\), column "Context": 2 fields/],
  ['a field too many', `${header}q\ta\t${context}\tx\n`, /row 1 \(line 2\).*4 fields/],
  ['an unclosed quote', `${header}q\ta\t"Ana\n`, /line 2.*never closed/s],
  ['a stray quote', `${header}q "x\ta\t${context}\n`, /line 2.*quote/s],
  [
    'a context without an athlete',
    `${header}q\ta\t"\nCup\n"\n`,
    /column "Context": the context does not open with a line naming the athlete/,
  ],
  [
    'a damaged medal',
    `${header}q\ta\t"Ana\nCup\nSingles\tMedalGold | 20x1 | Rome\n"\n`,
    /column "Context": a medal is not/,
  ],
  [
    'medals without a tournament',
    `${header}q\ta\t"Ana\nSingles\tMedalGold | 2001 | Rome\n"\n`,
    /column "Context": medals without a tournament/,
  ],
])('%s is a UserError that says where', (_, text, message) => {
  const path = file(text);
  const read = () => readQuestionsTsv(path);
  expect(read).toThrow(UserError);
  expect(read).toThrow(message);
  expect(read).toThrow(path);
});

test('a file cut off anywhere is refused or gives whole rows only', () => {
  const whole = `${header}q1\ta1\t${context}\nq2\ta2\t${context}\n`;
  const rows = readQuestionsTsv(file(whole), 's');
  for (let length = 1; length < whole.length; length += 1) {
    try {
      for (const [index, row] of readQuestionsTsv(file(whole.slice(0, length)), 's').entries())
        expect(row).toEqual(rows[index]);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
    }
  }
});

test('a missing file and bytes that are no text are UserErrors', () => {
  expect(() => readQuestionsTsv(join(folder, 'none.tsv'))).toThrow(UserError);
  const path = join(folder, 'binary.tsv');
  writeFileSync(path, Buffer.from([0x51, 0xff, 0xfe, 0x00]));
  expect(() => readQuestionsTsv(path)).toThrow(/not UTF-8/);
});

test('an unknown split names those allowed', () => {
  expect(() => resolveSplit('tests', folder)).toThrow('Unknown split "tests"');
  expect(() => resolveSplit('constructor', folder)).toThrow(UserError);
  expect(() => resolveSplit('Hard', folder)).toThrow(/Hard\.tsv/);
  expect(() => resolveSplit('train', null)).toThrow(UserError);
});

test('sentences and empty answers lie outside the data', () => {
  const questions = ['1', '', 'Rome', 'Ana has never won', '2001 Rome Cup in Singles format', 'Yes'].map((answer) => ({
    answer,
    context,
  }));
  expect(questions.filter(isOutsideData).map(({ answer }) => answer)).toEqual(['', 'Ana has never won']);
});
