import fc from 'fast-check';
import { expect, test } from 'vitest';
import { estimate, markdownTable, percent, pValue, signed } from './report-cells.ts';

test('numbers have one decimal, a real minus, and no zero with a sign', () => {
  expect([95.46, -3.25, -0.04, 0, 100].map(percent)).toEqual(['95.5', '−3.3', '0.0', '0.0', '100.0']);
  expect([3.21, -3.25, -0.04, 0].map(signed)).toEqual(['+3.2', '−3.3', '0.0', '0.0']);
  expect(estimate({ value: 50, ci95: [-1, 99.99] })).toBe('50.0 [−1.0, 100.0]');
  expect([0.0412, 1, 5.31e-68].map(pValue)).toEqual(['0.041', '1.000', '5.3e-68']);
});

test('whatever a cell says, a table keeps its rows and columns', () => {
  const rows = fc.array(fc.array(fc.string({ unit: 'binary' }), { minLength: 3, maxLength: 3 }), { maxLength: 5 });
  fc.assert(
    fc.property(rows, (cells) => {
      const lines = markdownTable(['a', 'b', 'c'], cells);
      expect(lines).toHaveLength(cells.length + 2);
      for (const line of lines) {
        expect(line).not.toMatch(/[\r\n]/);
        expect(line.match(/(?<!\\)\|/g)).toHaveLength(4);
      }
    }),
  );
});
