import { expect, test } from 'vitest';
import { seedsToDecide, tTestPower } from './power.ts';

// SciPy 1.17: stats.nct.sf(t, df, nc) + stats.nct.cdf(-t, df, nc) with t = stats.t.ppf(0.975, df).
test.each([
  [1, 1, 0.07298889446967004],
  [2.8, 4, 0.5635660448614663],
  [3, 10, 0.7714014353512887],
  [0, 7, 0.05],
  [4, 2, 0.564514289260038],
  [2.8, 500, 0.798044742630146],
])('noncentrality %d, %i degrees: power', (noncentrality, degrees, power) => {
  expect(tTestPower(noncentrality, degrees)).toBeCloseTo(power, 6);
});

// statsmodels 0.15: TTestPower and TTestIndPower().solve_power(effect_size=effect/deviation, power=0.8, alpha=0.05), rounded up.
test.each([
  { effect: 3, deviation: 4, paired: 16, apart: 29 },
  { effect: -1, deviation: 4, paired: 128, apart: 253 },
  { effect: 5, deviation: 1, paired: 3, apart: 3 },
  { effect: 0.3, deviation: 3, paired: 787, apart: null },
  { effect: 0, deviation: 3, paired: null, apart: null },
  { effect: 2, deviation: 0, paired: 2, apart: 2 },
])('effect $effect, deviation $deviation: seeds', ({ effect, deviation, paired, apart }) => {
  expect(seedsToDecide({ effect, deviation, paired: true })).toBe(paired);
  expect(seedsToDecide({ effect, deviation, paired: false })).toBe(apart);
});
