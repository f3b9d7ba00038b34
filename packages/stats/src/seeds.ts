/** Summaries over a few seeds of the same experiment: mean, standard error and Student's interval. */

/** Throws on an empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The mean of no values is not defined.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard error of the mean: standard deviation (n − 1) / √n. Throws below two values. */
export function standardError(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) throw new RangeError(`The spread of ${n} values is not defined; expected at least 2.`);
  const centre = mean(values);
  const squares = values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
  return Math.sqrt(squares / (n - 1) / n);
}

/** 95 % interval of the mean by Student's t with n − 1 degrees of freedom. Throws below two values. */
export function tInterval(values: readonly number[]): [number, number] {
  const half = standardError(values) * studentQuantile(values.length - 1);
  return [mean(values) - half, mean(values) + half];
}

/** t with P(|T| ≤ t) = 0.95, by bisection. */
function studentQuantile(degrees: number): number {
  let low = 1.9;
  let high = 13;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (studentCentralShare(middle, degrees) < 0.95) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** P(|T| ≤ t): the finite series for whole degrees of freedom (Abramowitz & Stegun 26.7.3 and 26.7.4). */
function studentCentralShare(t: number, degrees: number): number {
  const angle = Math.atan(t / Math.sqrt(degrees));
  const cos2 = Math.cos(angle) ** 2;
  const odd = degrees % 2 === 1;
  let term = odd ? Math.cos(angle) : 1;
  let series = degrees === 1 ? 0 : term;
  for (let i = odd ? 3 : 2; i < degrees - 1; i += 2) {
    term *= (cos2 * (i - 1)) / i;
    series += term;
  }
  return odd ? (2 / Math.PI) * (angle + Math.sin(angle) * series) : Math.sin(angle) * series;
}
