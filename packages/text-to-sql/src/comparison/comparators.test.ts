import { readFileSync } from 'node:fs';
import { comparatorNames } from '@queryloop/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { comparators, compareAll } from './comparators.ts';
import { equalGold } from './equal-answer.ts';
import { goldRows } from './gold.ts';
import { columnsOf, cut, failed, goldOf, resultOf, table, tableAndColumns, tableAndRows } from './tables.fixture.ts';

test('every name has a comparator, and all are computed', () => {
  expect(Object.keys(comparators)).toEqual([...comparatorNames]);
  expect(compareAll(resultOf([[2]]), { answer: '2' })).toEqual(
    Object.fromEntries(comparatorNames.map((name) => [name, 1])),
  );
});

test('a failed query gives 0 everywhere, even where the answer is empty', () => {
  for (const gold of [goldOf([]), goldOf([['a']]), { answer: '' }, { answer: 'a, , b' }])
    expect(new Set(Object.values(compareAll(failed, gold)))).toEqual(new Set([0]));
});

describe('gold', () => {
  test('rows come as they are; an answer alone is one column of its parts, as they are spelt', () => {
    expect(goldRows({ answer: 'x', rows: [['a', 1]] })).toEqual([['a', 1]]);
    expect(goldRows({ answer: ' Kazan,  Suzhou, 2,5' })).toEqual([['Kazan'], ['Suzhou'], ['2,5']]);
    expect(goldRows({ answer: '' })).toEqual([]);
  });
});

describe('exact accuracy against rows', () => {
  test.each<[Cell[][], Cell[][], boolean, boolean]>([
    [[['A ', '2.0']], [['a', 2]], false, true],
    [[[2, 'a']], [['a', 2]], true, true],
    [[['b'], ['a']], [['a'], ['b']], false, true],
    [[['b'], ['a']], [['a'], ['b']], true, false],
    [[['a, b']], [['a'], ['b']], false, true],
    [[['a, b']], [['a'], ['b']], true, false],
    [[[null]], [[null]], false, true],
    [[['a'], [null]], [['a']], false, false],
    [[], [], false, true],
    [[['a']], [], false, false],
  ])('%j and gold %j (ordered: %s): %s', (result, gold, ordered, equal) =>
    expect(equalGold(resultOf(result), goldOf(gold, ordered))).toBe(equal),
  );

  test('an answer alone may be ordered; one without parts is equalled by nothing', () => {
    expect(equalGold(resultOf([['b'], ['a']]), { answer: 'a, b' })).toBe(true);
    expect(equalGold(resultOf([['b'], ['a']]), { answer: 'a, b', ordered: true })).toBe(false);
    expect(equalGold(resultOf([['a'], ['b']]), { answer: 'a, b', ordered: true })).toBe(true);
    expect(equalGold(resultOf([]), { answer: '', ordered: true })).toBe(false);
    expect(equalGold(cut([['a']]), { answer: 'a', ordered: true })).toBe(false);
  });
});

describe('the published evaluations', () => {
  const golden = new URL('../../../../test/golden/fixtures/metrics/comparators.json', import.meta.url);
  const names = ['bird_ex', 'test_suite', 'soft_f1', 'spider2'] as const;
  type Case = { gold: Cell[][]; result: Cell[][]; ordered: boolean } & Partial<Record<(typeof names)[number], number>>;
  const { cases } = JSON.parse(readFileSync(golden, 'utf8')) as { cases: Case[] };

  test.each(names)('%s gives what its original gives', (name) => {
    const own = cases.filter((each) => each[name] !== undefined);
    expect(own).toHaveLength(300);
    expect(new Set(own.map((each) => each[name])).size).toBeGreaterThan(1);
    for (const { gold, result, ordered, [name]: score } of own)
      expect(comparators[name](resultOf(result), goldOf(gold, ordered)), JSON.stringify({ gold, result })).toBeCloseTo(
        score ?? Number.NaN,
        12,
      );
  });
});

describe('relations between comparators', () => {
  const scores = (result: Cell[][], gold: Cell[][], ordered = false) =>
    compareAll(resultOf(result), goldOf(gold, ordered));
  const rearranged = fc.oneof(
    tableAndRows.map(([rows, turned]) => [turned, rows] as const),
    tableAndColumns.map(([rows, columns]) => [columnsOf(rows, columns), rows] as const),
  );
  const related = fc.oneof(fc.tuple(table, table), rearranged);

  test('the same table gives 1 by all but EMS and REMS, which read texts', () => {
    fc.assert(
      fc.property(table, fc.boolean(), (rows, ordered) => {
        const { ems: _, rems: __, ...others } = scores(rows, rows, ordered);
        for (const score of Object.values(others)) expect(score).toBeCloseTo(1, 12);
      }),
    );
  });

  test('EMS is 1 exactly when REMS is', () => {
    fc.assert(
      fc.property(related, ([result, gold]) => {
        const { ems, rems } = scores(result, gold);
        expect(ems === 1).toBe(rems === 1);
      }),
    );
  });

  test('the same bag of rows is the same set of rows under some order of columns', () => {
    fc.assert(
      fc.property(tableAndRows, ([rows, turned]) => {
        const { test_suite, bird_ex, exact } = scores(turned, rows);
        expect([test_suite, bird_ex, exact]).toEqual([1, 1, 1]);
      }),
    );
  });

  test('test suite ⇒ exact; of the same cells in other places, ⇒ Spider 2 too', () => {
    fc.assert(
      fc.property(related, fc.boolean(), ([result, gold], ordered) => {
        const { test_suite, exact } = scores(result, gold, ordered);
        expect(exact).toBeGreaterThanOrEqual(test_suite);
      }),
    );
    fc.assert(
      fc.property(rearranged, fc.boolean(), ([result, gold], ordered) => {
        const { test_suite, spider2 } = scores(result, gold, ordered);
        expect(spider2).toBeGreaterThanOrEqual(test_suite);
      }),
    );
  });

  test('an order of the gold only makes it harder', () => {
    fc.assert(
      fc.property(related, ([result, gold]) => {
        const loose = scores(result, gold, false);
        const strict = scores(result, gold, true);
        for (const name of comparatorNames) expect(strict[name]).toBeLessThanOrEqual(loose[name]);
      }),
    );
  });

  test('one column without repetitions: exact in one spelling, BIRD and test suite agree', () => {
    const column = fc.uniqueArray(fc.constantFrom<Cell>(1, 2, 'a', 'b', 'c'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(column, column, (one, other) => {
        const answer = other.join(', ');
        const { exact, bird_ex, test_suite } = compareAll(resultOf(one.map((cell) => [cell])), { answer });
        expect([bird_ex, test_suite]).toEqual([exact, exact]);
      }),
    );
  });
});
