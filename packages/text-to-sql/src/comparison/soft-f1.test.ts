import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { distinctRows } from './cell-value.ts';
import { softF1 } from './soft-f1.ts';
import { columnsOf, cut, failed, goldOf, resultOf, table, tableAndColumns } from './tables.fixture.ts';

const compare = (result: Cell[][], gold: Cell[][]) => softF1(resultOf(result), goldOf(gold));

/** Worked out by hand: F1 = 2tp / (2tp + fp + fn), each a sum over rows of shares of the gold row's cells. */
test.each<[string, Cell[][], Cell[][], number]>([
  ['tp 1', [['a', 1]], [['a', 1]], 1],
  ['tp 1, columns in any order', [[1, 'a']], [['a', 1]], 1],
  ['tp ½, fp ½, fn ½', [['a', 2]], [['a', 1]], 1 / 2],
  ['tp ½, fn ½', [['a']], [['a', 1]], 2 / 3],
  ['tp 1, fp 1', [['a', 'more']], [['a']], 2 / 3],
  ['tp 2 (each time it comes)', [['a', 'a']], [['a']], 1],
  ['tp ½ + ½, no fn: the same value stands for both', [['a', 'a']], [['a', 'a']], 1],
  ['tp 1, fn 1 (a gold row without partner)', [['a']], [['a'], ['b']], 2 / 3],
  ['tp 1, fp 1 (a result row without partner)', [['a'], ['b']], [['a']], 2 / 3],
  ['fp 2, fn 2: rows meet by place', [['b'], ['a']], [['a'], ['b']], 0],
  ['tp 1: repetitions are dropped first', [['a'], ['a']], [['a'], ['a'], ['a']], 1],
  ['fn 1', [], [['a']], 0],
  ['fp 1', [['a']], [], 0],
  ['both empty', [], [], 1],
  [
    'tp 1, fp ½ + 1, fn ½',
    [
      ['a', 'x'],
      ['c', 'd'],
      ['e', 'f'],
    ],
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
    (2 * 1.5) / (2 * 1.5 + 1.5 + 0.5),
  ],
  ['tp 1: NULL meets NULL', [[null]], [[null]], 1],
])('%s', (_, result, gold, score) => expect(compare(result, gold)).toBeCloseTo(score, 12));

test('a failed or cut result gives 0, whatever the gold', () => {
  expect(softF1(failed, goldOf([]))).toBe(0);
  expect(softF1(cut([['a']]), goldOf([['a']]))).toBe(0);
});

test('lies in [0, 1]; 1 for the same rows, whatever the order of columns in each', () => {
  fc.assert(
    fc.property(table, table, (one, other) => {
      const score = compare(one, other);
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }),
  );
  fc.assert(
    fc.property(tableAndColumns, ([rows, columns]) => {
      expect(compare(columnsOf(rows, columns), rows)).toBeCloseTo(1, 12);
    }),
  );
});

test('falls with every row too many or too few at the end', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const distinct = distinctRows(rows);
      const more = [...distinct, new Array<Cell>(distinct[0]?.length ?? 0).fill('new')];
      expect(compare(more, distinct)).toBeCloseTo((2 * distinct.length) / (2 * distinct.length + 1), 12);
      expect(compare(distinct, more)).toBeCloseTo((2 * distinct.length) / (2 * distinct.length + 1), 12);
    }),
  );
});

test('without repeated values, swapping result and gold of one width gives the same', () => {
  const row = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 2, maxLength: 2 });
  const rows = fc.array(row, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(rows, rows, (one, other) => {
      expect(compare(one, other)).toBeCloseTo(compare(other, one), 12);
    }),
  );
});
