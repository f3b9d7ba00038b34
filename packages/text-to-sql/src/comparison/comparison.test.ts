import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../executors/contract.ts';
import { answerParts, normalisePart } from './answer-parts.ts';
import { ems, rems, temptabqaScores } from './ems.ts';
import { equalAnswer } from './equal-answer.ts';

const rows = (...cells: (string | number | null)[][]): Outcome => ({
  kind: 'rows',
  columns: [],
  rows: cells,
  truncated: false,
});

describe('exact accuracy', () => {
  test.each([
    ['2', rows([2]), true],
    ['2', rows(['2.0000']), true],
    [' 2015', rows([2015]), true],
    ['22.5', rows(['22.5000']), true],
    ['-0', rows([0]), true],
    ['1.1667', rows([7 / 6]), true],
    ['12345678901234567', rows(['12345678901234568']), false],
    ['Kazan, Suzhou', rows(['suzhou'], ['Kazan']), true],
    ['Kazan, Suzhou', rows(['Kazan', 'Suzhou']), true],
    ['Kazan, Suzhou', rows(['Kazan, Suzhou']), true],
    ['2024  Busan Cup in Team  format', rows(['2024 Busan Cup in Team format']), true],
    ['Épée', rows(['E\u0301pe\u0301e']), true],
    ['1, 1', rows([1]), false],
    ['1', rows([1], [1]), false],
    ['1', rows([1, null]), false],
    ['1', rows([10]), false],
    ['No', rows(), false],
    ['', rows(), false],
    ['Krakow', rows(['Kraków']), false],
    ['1', { kind: 'rows', columns: [], rows: [[1]], truncated: true } as Outcome, false],
    ['1', { kind: 'error', code: 'timeout', message: '' } as Outcome, false],
  ])('gold %j and %j: %s', (gold, outcome, equal) => {
    expect(equalAnswer(outcome, gold)).toBe(equal);
  });

  const part = fc.stringMatching(/^[A-Za-z0-9À-ÿ'() -]{1,12}$/).filter((text) => text.trim() !== '');

  test('holds for any order of the answer’s own parts, and for no proper part of them', () => {
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), fc.nat(), (parts, turn) => {
        const gold = parts.join(', ');
        const at = turn % parts.length;
        const turned = [...parts.slice(at), ...parts.slice(0, at)];
        expect(equalAnswer(rows(...turned.map((cell) => [cell])), gold)).toBe(true);
        expect(equalAnswer(rows(...turned.slice(1).map((cell) => [cell])), gold)).toBe(false);
        expect(equalAnswer(rows(...turned.map((cell) => [cell]), [turned[0] ?? '']), gold)).toBe(false);
      }),
    );
  });

  test('normalisation is idempotent', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.double().map(String), fc.integer().map(String));
    fc.assert(
      fc.property(text, (each) => {
        expect(normalisePart(normalisePart(each))).toBe(normalisePart(each));
      }),
    );
  });

  test('parts are split at a comma and white space', () =>
    expect(answerParts('a, b,c,  d, ')).toEqual(['a', 'b,c', 'd']));
});

describe('EMS and REMS', () => {
  const golden = new URL('../../../../test/golden/fixtures/metrics/temptabqa-ems.json', import.meta.url);
  const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as {
    cases: { generated: string; gold: string; ems: number; rems: number }[];
  };

  test(`equal the benchmark's scripts on all ${cases.length} golden cases`, () => {
    expect(cases).toHaveLength(252);
    expect(cases.map(({ generated, gold }) => ({ ems: ems(generated, gold), rems: rems(generated, gold) }))).toEqual(
      cases.map((each) => ({ ems: each.ems, rems: each.rems })),
    );
  });

  test('ties round to even, as in Python', () => {
    const gold = 'a, b, c, d, e, f, g, h';
    expect([1, 3, 5, 7].map((n) => rems(gold.split(', ').slice(0, n).join(', '), gold))).toEqual([
      0.12, 0.38, 0.62, 0.88,
    ]);
  });

  test('an exact answer in the benchmark’s spelling scores 1, a failure 0', () => {
    expect(temptabqaScores(rows(['Rome'], [2001]), 'Rome, 2001')).toEqual({ ems: 1, rems: 1 });
    expect(temptabqaScores({ kind: 'error', code: 'syntax', message: '' }, '2')).toEqual({ ems: 0, rems: 0 });
  });
});
