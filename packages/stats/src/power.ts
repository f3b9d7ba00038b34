/** How many seeds a comparison needs before its t test over seeds is likely to decide. */
import { logGamma, normalCdf, studentQuantile95 } from './student.ts';

/** More seeds than anybody runs. */
const mostSeeds = 1000;

/**
 * Seeds a side that give the two-sided t test at 5 % a power of 80 %: the smallest n ≥ 2 with P(|T′| > t) ≥ 0.8, where T′ is
 * noncentral t (Cohen 1988, chapter 2). Paired: `deviation` is that of the differences, n − 1 degrees of freedom,
 * noncentrality √n · effect / deviation. Two samples of n each: `deviation` is the pooled one of a side, 2n − 2 degrees,
 * √(n/2) · effect / deviation. Null where more than `mostSeeds` would be needed, as without any effect.
 */
export function seedsToDecide({
  effect,
  deviation,
  paired,
}: {
  effect: number;
  deviation: number;
  paired: boolean;
}): number | null {
  const power = (n: number): number =>
    tTestPower((Math.sqrt(paired ? n : n / 2) * Math.abs(effect)) / deviation, paired ? n - 1 : 2 * n - 2);
  if (effect === 0) return null;
  if (deviation === 0) return 2;
  if (power(mostSeeds) < 0.8) return null;
  // Power grows with n.
  let low = 1;
  let high = mostSeeds;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (power(middle) >= 0.8) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * P(|T′| > t) for the 5 % bound t. T′ = (Z + noncentrality) / S with S² = χ²/degrees: the normal tails, averaged over the
 * density of S by Simpson's rule.
 */
export function tTestPower(noncentrality: number, degrees: number): number {
  const bound = studentQuantile95(degrees);
  // S has mean about 1 and deviation about 1/√(2 degrees); one degree reaches furthest.
  const reach = 10 / Math.sqrt(2 * degrees);
  const from = Math.max(0, 1 - reach);
  const steps = 2000;
  const width = (1 + reach - from) / steps;
  const logConstant = Math.LN2 + (degrees / 2) * Math.log(degrees / 2) - logGamma(degrees / 2);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const s = from + i * width;
    const density =
      s === 0
        ? degrees === 1
          ? Math.exp(logConstant)
          : 0
        : Math.exp(logConstant + (degrees - 1) * Math.log(s) - (degrees * s * s) / 2);
    const tails = normalCdf(noncentrality - bound * s) + normalCdf(-noncentrality - bound * s);
    sum += density * tails * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * width) / 3;
}
