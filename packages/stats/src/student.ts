/** Student's t and the normal distribution, as far as tests over a few seeds need them. */

/** t with P(|T| ≤ t) = 0.95 for real degrees of freedom > 0, by bisection; the normal quantile at Infinity. */
export function studentQuantile95(degrees: number): number {
  let low = 1.9;
  let high = 1000;
  while (high - low > 1e-12 * high) {
    const middle = (low + high) / 2;
    if (1 - studentTail(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| > t), t ≥ 0: the incomplete beta function of degrees / (degrees + t²) (Abramowitz & Stegun 26.7.1). */
export function studentTail(t: number, degrees: number): number {
  if (t === 0) return 1;
  // Beyond 10^7 degrees the difference from the normal distribution is below 10^-8.
  if (degrees > 1e7) return 2 * normalCdf(-t);
  return incompleteBeta(degrees / (degrees + t * t), degrees / 2, 0.5);
}

/** P(Z ≤ z): the incomplete gamma function of z²/2, by its series, or its continued fraction far out (A&S 26.2.10, 26.2.14). */
export function normalCdf(z: number): number {
  const x = Math.abs(z);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  let upper: number;
  if (x < 3) {
    let term = x;
    let sum = x;
    for (let i = 1; Math.abs(term) > 1e-17 * Math.abs(sum); i++) {
      term *= (x * x) / (2 * i + 1);
      sum += term;
    }
    upper = 0.5 - density * sum;
  } else {
    let fraction = x;
    for (let i = 100; i > 0; i--) fraction = x + i / fraction;
    upper = density / fraction;
  }
  return z > 0 ? 1 - upper : upper;
}

/** Regularised incomplete beta function I_x(a, b), by the continued fraction with modified Lentz steps (Numerical Recipes 6.4). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const tiny = 1e-300;
  let c = 1;
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny);
  let fraction = d;
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const coefficient of [even, odd]) {
      d = 1 / nonZero(1 + coefficient * d, tiny);
      c = nonZero(1 + coefficient / c, tiny);
      step = c * d;
      fraction *= step;
    }
    if (Math.abs(step - 1) < 1e-15) break;
  }
  return front * fraction;
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value;
}

function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** ln Γ(x), x > 0: Stirling's series after raising x above 15 (Abramowitz & Stegun 6.1.40); about 14 digits. */
export function logGamma(x: number): number {
  let shift = 0;
  let y = x;
  for (; y < 15; y++) shift += Math.log(y);
  const square = 1 / (y * y);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / y;
  return (y - 0.5) * Math.log(y) - y + 0.5 * Math.log(2 * Math.PI) + series - shift;
}
