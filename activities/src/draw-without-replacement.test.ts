import { keyedDraw } from '@queryloop/text-to-sql';
import { expect, it } from 'vitest';
import { drawWithoutReplacement } from './draw-without-replacement.ts';

const items = Array.from({ length: 20 }, (_, i) => i);

it('draws different items in their own order, the same for the same key', () => {
  for (let seed = 0; seed < 50; seed++) {
    const drawn = drawWithoutReplacement(items, () => 1, 7, keyedDraw(seed));
    expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
    expect(drawn).toHaveLength(7);
    expect(drawWithoutReplacement(items, () => 1, 7, keyedDraw(seed))).toEqual(drawn);
  }
});

it('draws by weight', () => {
  let heavy = 0;
  for (let seed = 0; seed < 4000; seed++)
    heavy += Number(drawWithoutReplacement([1, 2], (weight) => (weight === 1 ? 3 : 1), 1, keyedDraw(seed))[0] === 1);
  expect(heavy / 4000).toBeGreaterThan(0.72);
  expect(heavy / 4000).toBeLessThan(0.78);
});

it('takes everything when there is no more', () => {
  expect(drawWithoutReplacement(items, () => 0, 20, keyedDraw(1))).toEqual(items);
});
