import type { RunPosition } from '@queryloop/store';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readCursor, writeCursor } from './cursor.ts';

const place = fc.integer({ min: -1, max: 10 ** 6 });
const position: fc.Arbitrary<RunPosition> = fc.record({
  metrics: place,
  dev: place,
  test: place,
  changes: fc.nat(),
  check: fc.constantFrom('', '0a1b2c3d'),
  spent: fc.option(
    fc.record({ tokens: fc.nat(), seconds: fc.double({ min: 0, max: 1e9, noNaN: true }).map((s) => s + 0) }),
  ),
});

test('comes back as it was written, on one line of plain characters', () => {
  const runId = fc.string({ minLength: 1, unit: 'grapheme' });
  fc.assert(
    fc.property(fc.array(fc.tuple(runId, position)), (entries) => {
      const positions = new Map(entries);
      const text = writeCursor(positions);
      expect(text).toMatch(/^[\x21-\x7e]*$/);
      expect(readCursor(text)).toEqual(positions);
    }),
  );
});

test.each([
  '',
  'nonsense',
  'run:',
  ':1_1_1_0_',
  'run:a_1_1_0_',
  'run:1.5_1_1_0_',
  'run:-2_1_1_0_',
  'run:1_1',
  'run:4294967296_1_1_0_',
  'run:1_1_1_0_%%',
])('what is not understood is left out: %j', (text) => {
  expect(readCursor(text)).toEqual(new Map());
  expect([...readCursor(`${text},whole:3_2_-1_0_0a`).keys()]).toEqual(['whole']);
});

test('reads anything without failing', () => {
  fc.assert(fc.property(fc.string(), (text) => readCursor(text) instanceof Map));
});
