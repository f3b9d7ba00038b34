import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layerAt, stack } from './stacked.ts';

const layersOf = (rows: number[][]) => rows.map((values, index) => ({ id: `${index}`, label: `${index}`, values }));

test('edges lie on top of each other, and a point belongs to the layer under the next edge', () => {
  const edges = stack(
    [0, 5],
    layersOf([
      [1, 2],
      [3, 0],
      [0, 4],
    ]),
    false,
  );
  expect(edges).toEqual([
    [
      [0, 1],
      [5, 2],
    ],
    [
      [0, 4],
      [5, 2],
    ],
    [
      [0, 4],
      [5, 6],
    ],
  ]);
  expect([0.5, 1.5, 4, 9].map((height) => layerAt(edges, 0, height))).toEqual([0, 1, 1, 2]);
  expect(layerAt([], 0, 1)).toBeNull();
});

test('shares end at one, or at nothing where there is nothing', () => {
  const counts = fc.array(fc.array(fc.nat(50), { minLength: 4, maxLength: 4 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(counts, (rows) => {
      const top = stack([0, 1, 2, 3], layersOf(rows), true).at(-1) ?? [];
      top.forEach(([, y], index) => {
        expect(y).toBeCloseTo(rows.every((row) => row[index] === 0) ? 0 : 1, 9);
      });
    }),
  );
});
