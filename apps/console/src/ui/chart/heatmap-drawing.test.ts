import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellUnder, visibleCells } from './heatmap-drawing.ts';

const layout = { cell: 10, labels: { width: 50, height: 20 } };
const content = {
  rows: Array.from({ length: 5 }, () => ({ label: '' })),
  columns: Array.from({ length: 7 }, () => ({ label: '' })),
};

test('a point is over the cell that is drawn there, and over none on the labels or beyond the last', () => {
  const at = (x: number, y: number, scrollLeft = 0, scrollTop = 0) =>
    cellUnder(layout, { scrollLeft, scrollTop }, content, { x, y });
  expect(at(50, 20)).toEqual({ row: 0, column: 0 });
  expect(at(69, 45)).toEqual({ row: 2, column: 1 });
  expect(at(50, 20, 35, 12)).toEqual({ row: 1, column: 3 });
  expect([at(49, 30), at(60, 19), at(50 + 70, 30), at(60, 20 + 50)]).toEqual([null, null, null, null]);
});

test('what is visible is all that the view touches, and no cell that is not there', () => {
  fc.assert(
    fc.property(fc.nat(5000), fc.nat(900), fc.nat(400), (scroll, length, count) => {
      const [first, end] = visibleCells(10, scroll, length, count);
      for (let cell = 0; cell < count; cell++) {
        const isTouched = (cell + 1) * 10 > scroll && cell * 10 < scroll + length;
        expect(cell >= first && cell < end).toBe(isTouched);
      }
    }),
  );
});
