import { expect, test } from 'vitest';
import { logGamma, normalCdf, studentQuantile95, studentTail } from './student.ts';

// Values of SciPy 1.17: stats.t.ppf, stats.t.sf, stats.norm.cdf, special.gammaln.
test.each([
  [1, 12.706204736174694],
  [2.5, 3.5746548420036817],
  [3.7, 2.8675207071911895],
  [10, 2.228138851986274],
  [1000, 1.9623390808264083],
  [1e6, 1.959966356814107],
  [Infinity, 1.959963984540054],
])('quantile with %d degrees of freedom', (degrees, quantile) => {
  expect(studentQuantile95(degrees)).toBeCloseTo(quantile, 8);
});

test.each([
  [0, 5, 1],
  [0.5, 1, 0.7048327646991335],
  [2, 3.3, 0.1309588644394494],
  [6, 2, 0.02667147321542477],
  [2.5, 40, 0.01662035283097921],
  [12, 30, 5.580185415199261e-13],
])('P(|T| > %d) with %d degrees', (t, degrees, p) => {
  expect(studentTail(t, degrees) / p).toBeCloseTo(1, 9);
});

test.each([
  [-8, 6.22096057427174e-16],
  [-3.5, 0.00023262907903552502],
  [-2, 0.022750131948179195],
  [-0.3, 0.3820885778110474],
  [0, 0.5],
  [1, 0.8413447460685429],
  [2.9, 0.998134186699616],
  [3, 0.9986501019683699],
  [4, 0.9999683287581669],
])('P(Z ≤ %d)', (z, p) => {
  expect(normalCdf(z) / p).toBeCloseTo(1, 12);
});

test.each([
  [0.5, 0.5723649429247],
  [1, 0],
  [3.2, 0.8854048271549091],
  [14, 22.55216385312342],
  [200.5, 860.5822035097824],
])('ln Γ(%d)', (x, value) => {
  expect(logGamma(x)).toBeCloseTo(value, 10);
});
