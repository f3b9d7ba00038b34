import { expect, test } from 'vitest';
import { align, nearest } from './aligned.ts';

test('curves keep their points on the axis of all', () => {
  expect(
    align([
      [
        [1, 10],
        [3, 30],
      ],
      [[2, 5]],
      [],
    ]),
  ).toEqual([
    [1, 2, 3],
    [10, undefined, 30],
    [undefined, 5, undefined],
    [undefined, undefined, undefined],
  ]);
});

test('the nearest point, the earlier one only when it is nearer', () => {
  const points: [number, number][] = [
    [0, 0],
    [10, 0],
    [20, 0],
  ];
  expect([-5, 4, 5, 6, 14, 99].map((x) => nearest(points, x))).toEqual([0, 0, 1, 1, 1, 2]);
  expect(nearest([], 1)).toBeNull();
});
