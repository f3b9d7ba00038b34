import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Cell } from '../databases/schema.ts';
import { columnsOf, cut, failed, goldOf, resultOf, table, tableAndColumns, tableAndRows } from './tables.fixture.ts';
import { testSuite } from './test-suite.ts';

const compare = (result: Cell[][], gold: Cell[][], ordered = false) =>
  testSuite(resultOf(result), goldOf(gold, ordered));

/** From the definition: some order of columns makes both the same bag of rows (list, where the gold is ordered). */
test.each<[Cell[][], Cell[][], boolean, 0 | 1]>([
  [[['a', 1]], [['a', 1]], false, 1],
  [[[1, 'a']], [['a', 1]], false, 1],
  [[['b'], ['a']], [['a'], ['b']], false, 1],
  [[['b'], ['a']], [['a'], ['b']], true, 0],
  [[['a'], ['a'], ['b']], [['a'], ['b']], false, 0],
  [[['a'], ['a'], ['b']], [['a'], ['b'], ['b']], false, 0],
  [[['a', 'x']], [['a']], false, 0],
  // each row holds the same values, but no one order of columns gives both rows
  [
    [
      [1, 2],
      [3, 4],
    ],
    [
      [1, 2],
      [4, 3],
    ],
    false,
    0,
  ],
  // each column holds the same values, but the rows are others
  [
    [
      [1, 1],
      [2, 2],
    ],
    [
      [1, 2],
      [2, 1],
    ],
    false,
    0,
  ],
  [
    [
      [1, 3],
      [2, 4],
    ],
    [
      [3, 1],
      [4, 2],
    ],
    true,
    1,
  ],
  [
    [
      [2, 4],
      [1, 3],
    ],
    [
      [3, 1],
      [4, 2],
    ],
    true,
    0,
  ],
  [[], [], false, 1],
  [[], [['a']], false, 0],
  [[['A']], [['a']], false, 0],
  [[['2.0']], [[2]], false, 1],
])('%j and gold %j (ordered: %s): %d', (result, gold, ordered, score) =>
  expect(compare(result, gold, ordered)).toBe(score),
);

test('a failed or cut result gives 0, whatever the gold', () => {
  expect(testSuite(failed, goldOf([]))).toBe(0);
  expect(testSuite(cut([['a']]), goldOf([['a']]))).toBe(0);
});

/** The definition word for word: all permutations. */
function byDefinition(result: Cell[][], gold: Cell[][], ordered: boolean): 0 | 1 {
  if (result.length !== gold.length || result[0]?.length !== gold[0]?.length) return 0;
  const keys = (rows: Cell[][]) => {
    const texts = rows.map((row) =>
      JSON.stringify(row.map((cell) => (cell === '2' ? 2 : cell === '1.50' ? 1.5 : cell))),
    );
    return (ordered ? texts : texts.sort()).join('\n');
  };
  const expected = keys(gold);
  return permutations([...(gold[0] ?? []).keys()]).some((order) => keys(columnsOf(result, order)) === expected) ? 1 : 0;
}

function permutations(items: number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item) => permutations(items.filter((other) => other !== item)).map((rest) => [item, ...rest]));
}

test('decides as trying all orders of columns does', () => {
  // a table against one that differs in at most one cell, so that both answers come up
  const pair = fc
    .tuple(tableAndColumns, fc.nat(), fc.nat(), fc.boolean(), fc.constantFrom<Cell>(0, 1, 'a', null))
    .map(([[rows, columns], row, column, change, cell]) => {
      const other = columnsOf(rows, columns);
      const changed = other[row % other.length];
      if (change && changed) changed[column % changed.length] = cell;
      return [rows, other.toReversed()] as const;
    });
  const seen = new Set<string>();
  fc.assert(
    fc.property(pair, fc.boolean(), ([rows, other], ordered) => {
      const score = compare(other, rows, ordered);
      seen.add(`${score} ${ordered}`);
      expect(score).toBe(byDefinition(other, rows, ordered));
    }),
    { numRuns: 500 },
  );
  expect(seen.size).toBe(4);
});

test('is symmetric, and blind to the order of columns and, without an order, of rows', () => {
  fc.assert(
    fc.property(table, table, fc.boolean(), (one, other, ordered) => {
      expect(compare(one, other, ordered)).toBe(compare(other, one, ordered));
    }),
  );
  fc.assert(
    fc.property(tableAndColumns, fc.boolean(), ([rows, columns], ordered) => {
      expect(compare(columnsOf(rows, columns), rows, ordered)).toBe(1);
    }),
  );
  fc.assert(
    fc.property(tableAndRows, ([rows, turned]) => {
      expect(compare(turned, rows)).toBe(1);
    }),
  );
});

test('wide tables of few values are decided in little time', () => {
  const bit = (n: number) => Number(((n * 2_654_435_761) >>> 0) / 2 ** 32 < 0.5);
  const wide = Array.from({ length: 40 }, (_, row) =>
    Array.from({ length: 40 }, (_, column) => bit(row * 40 + column)),
  );
  const order = [...(wide[0] ?? []).keys()].toReversed();
  const started = performance.now();
  expect(compare(columnsOf(wide, order).toReversed(), wide)).toBe(1);
  // each row and column of both holds one 1: the search has nothing to hold on to
  const diagonal = (shift: number) =>
    Array.from({ length: 100 }, (_, row) =>
      Array.from({ length: 100 }, (_, column) => Number(column === (row + shift) % 100)),
    );
  expect(compare(diagonal(7), diagonal(0))).toBe(1);
  expect(performance.now() - started).toBeLessThan(5_000);
});
