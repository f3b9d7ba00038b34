import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { birdEx } from './bird-ex.ts';
import { rowKey } from './cell-value.ts';
import { cut, failed, goldOf, resultOf, table, tableAndRows } from './tables.fixture.ts';

const compare = (result: Cell[][], gold: Cell[][]) => birdEx(resultOf(result), goldOf(gold));

/** From the definition: set(result) == set(gold), rows as tuples. */
test.each<[Cell[][], Cell[][], 0 | 1]>([
  [[['a', 1]], [['a', 1]], 1],
  [[['b'], ['a']], [['a'], ['b']], 1],
  [[['a'], ['a'], ['b']], [['a'], ['b']], 1],
  [[['a']], [['a'], ['b']], 0],
  [[['a'], ['b']], [['a']], 0],
  [[[1, 'a']], [['a', 1]], 0],
  [[['a', 1]], [['a']], 0],
  [[['A']], [['a']], 0],
  [[['a ']], [['a']], 0],
  [[[2]], [[2.0]], 1],
  [[['22.5000']], [[22.5]], 1],
  [[[0.1 + 0.2]], [[0.3]], 0],
  [[['007']], [[7]], 0],
  [[['12345678901234567']], [['12345678901234568']], 0],
  [[[-0]], [[0]], 1],
  [[[null]], [[null]], 1],
  [[[null]], [['']], 0],
  [[], [], 1],
  [[], [['a']], 0],
  [[[1, 23]], [[12, 3]], 0],
])('%j and gold %j: %d', (result, gold, score) => expect(compare(result, gold)).toBe(score));

test('a failed or cut result gives 0, whatever the gold', () => {
  expect(birdEx(failed, goldOf([]))).toBe(0);
  expect(birdEx(cut([['a']]), goldOf([['a']]))).toBe(0);
});

test('of an answer alone, each part is a row', () => {
  expect(birdEx(resultOf([['Rome'], [2001]]), { answer: '2001, Rome' })).toBe(1);
  expect(birdEx(resultOf([['Rome', 2001]]), { answer: 'Rome, 2001' })).toBe(0);
});

test('is symmetric, and blind to the order of rows and to repetitions', () => {
  fc.assert(
    fc.property(table, table, (one, other) => {
      expect(compare(one, other)).toBe(compare(other, one));
    }),
  );
  fc.assert(
    fc.property(tableAndRows, fc.nat(), ([rows, turned], n) => {
      expect(compare([...turned, rows[n % rows.length] ?? []], rows)).toBe(1);
    }),
  );
});

test('a new row or a lost distinct one is noticed', () => {
  fc.assert(
    fc.property(table, (rows) => {
      const width = rows[0]?.length ?? 0;
      expect(compare([...rows, new Array<Cell>(width).fill('new')], rows)).toBe(0);
      const others = rows.filter((row) => rowKey(row) !== rowKey(rows[0] ?? []));
      expect(compare(others, rows)).toBe(0);
    }),
  );
});
