import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { spider2 } from './spider2.ts';
import { columnsOf, cut, failed, goldOf, resultOf, table, tableAndColumns, tableAndRows } from './tables.fixture.ts';

const compare = (result: Cell[][], gold: Cell[][], ordered = false) => spider2(resultOf(result), goldOf(gold, ordered));

/** From the definition: each gold column matches a column of the result, numbers to 1e-2, sorted unless ordered. */
test.each<[Cell[][], Cell[][], boolean, 0 | 1]>([
  [[['a', 1]], [['a', 1]], false, 1],
  [[[1, 'a']], [['a', 1]], false, 1],
  [[['a', 'more', 1]], [['a']], false, 1],
  [[['a']], [['a', 1]], false, 0],
  [[['b'], ['a']], [['a'], ['b']], false, 1],
  [[['b'], ['a']], [['a'], ['b']], true, 0],
  [[['a'], ['a']], [['a']], false, 0],
  [[[1.009]], [[1]], false, 1],
  [[[1.02]], [[1]], false, 0],
  [[['22.5000']], [['22.50']], false, 1],
  [[[1e12 + 500]], [[1e12]], false, 1],
  [[[1e12 + 5000]], [[1e12]], false, 0],
  [[['A']], [['a']], false, 0],
  [[[null]], [[null]], false, 1],
  [[[null]], [[0]], false, 0],
  [[], [], false, 1],
  [[['a']], [], false, 0],
  [[], [['a']], false, 0],
])('%j and gold %j (ordered: %s): %d', (result, gold, ordered, score) =>
  expect(compare(result, gold, ordered)).toBe(score),
);

describe('what the original overlooks', () => {
  test('one column may stand for two', () => expect(compare([[1, 9]], [[1, 1]])).toBe(1));

  test('sorted columns are not held together as rows', () =>
    expect(
      compare(
        [
          ['a', 2],
          ['b', 1],
        ],
        [
          ['a', 1],
          ['b', 2],
        ],
      ),
    ).toBe(1));

  test('values within the tolerance may be sorted apart, as texts', () => {
    expect(compare([[9.995]], [[10]])).toBe(1);
    expect(compare([[9.995], [5]], [[10], [5]])).toBe(0);
    expect(compare([[9.995], [5]], [[10], [5]], true)).toBe(1);
  });

  test('what pandas reads as missing is missing: NULL, the empty text, "None", "NA"', () =>
    expect(compare([[null], ['None'], ['x']], [[''], ['NA'], ['x']])).toBe(1));

  test('numbers in a column with a text are texts: no tolerance', () => {
    expect(compare([[1.001], [2]], [[1], [2]])).toBe(1);
    expect(compare([[1.001], ['x']], [[1], ['x']])).toBe(0);
  });
});

test('a failed or cut result gives 0, whatever the gold', () => {
  expect(spider2(failed, goldOf([]))).toBe(0);
  expect(spider2(cut([['a']]), goldOf([['a']]))).toBe(0);
});

test('never falls when columns are added or change places, nor, without an order, when rows do', () => {
  fc.assert(
    fc.property(tableAndColumns, fc.boolean(), ([rows, columns], ordered) => {
      const broad = columnsOf(rows, columns).map((row, i) => ['more', ...row, i]);
      expect(compare(broad, rows, ordered)).toBe(1);
    }),
  );
  fc.assert(
    fc.property(table, table, fc.boolean(), (one, other, ordered) => {
      const broad = one.map((row, i) => [...row, i]);
      expect(compare(broad, other, ordered)).toBeGreaterThanOrEqual(compare(one, other, ordered));
    }),
  );
  fc.assert(
    fc.property(tableAndRows, ([rows, turned]) => {
      expect(compare(turned, rows)).toBe(1);
    }),
  );
});

test('never rises when the gold asks for one more column', () => {
  fc.assert(
    fc.property(table, table, fc.boolean(), (one, other, ordered) => {
      const more = other.map((row, i) => [...row, i]);
      expect(compare(one, more, ordered)).toBeLessThanOrEqual(compare(one, other, ordered));
    }),
  );
});
