import { expect, test } from 'vitest';
import { keyedRandom, keyedUniform } from './keyed-random.ts';

test('is even over its range and differs between streams and seeds', () => {
  const bins = new Array<number>(64).fill(0);
  const draws = 64_000;
  const first = new Set<number>();
  for (let stream = 0; stream < 100; stream++) {
    const random = keyedRandom(3, stream);
    first.add(keyedRandom(stream, 3)()).add(keyedRandom(3, stream)());
    for (let i = 0; i < draws / 100; i++) bins[random() >>> 26]! += 1;
  }
  const chiSquare = bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // 99.99 % quantile of chi-square with 63 degrees of freedom.
  expect(chiSquare).toBeLessThan(111);
  // (3, 3) occurs in both families.
  expect(first.size).toBe(199);
});

test('gives the same numbers on every machine', () => {
  const random = keyedRandom(1, 2);
  expect([random(), random(), random()]).toMatchInlineSnapshot(`
    [
      95095977,
      3816738091,
      1922742900,
    ]
  `);
});

test('named numbers are even, and another name, stream or seed gives another number', () => {
  const draws = Array.from({ length: 20_000 }, (_, i) => keyedUniform(1, i, 'grpo.beta'));
  const bins = new Array<number>(20).fill(0);
  for (const draw of draws) bins[Math.floor(draw * 20)]! += 1;
  // 99.99 % quantile of chi-square with 19 degrees of freedom.
  expect(bins.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(51);
  const others = [keyedUniform(1, 0, 'grpo.beta'), keyedUniform(1, 0, 'grpo.betb'), keyedUniform(2, 0, 'grpo.beta')];
  expect(new Set(others).size).toBe(3);
  expect(keyedUniform(1, 0, 'grpo.beta')).toBe(draws[0]);
  // Neighbouring streams of two names do not move together.
  const product = draws.reduce((sum, draw, i) => sum + (draw - 0.5) * (keyedUniform(1, i, 'seed') - 0.5), 0);
  expect(Math.abs((12 * product) / draws.length)).toBeLessThan(0.03);
});
