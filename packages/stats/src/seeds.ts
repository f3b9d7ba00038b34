/** Summaries over a few seeds of the same experiment: mean, standard error and Student's interval. */
import { studentQuantile95 } from './student.ts';

/** Throws on an empty list. */
export function mean(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('The mean of no values is not defined.');
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Sample variance, n − 1 in the denominator. Throws below two values. */
export function variance(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) throw new RangeError(`The spread of ${n} values is not defined; expected at least 2.`);
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (n - 1);
}

/** Standard error of the mean: standard deviation (n − 1) / √n. Throws below two values. */
export function standardError(values: readonly number[]): number {
  return Math.sqrt(variance(values) / values.length);
}

/** 95 % interval of the mean by Student's t with n − 1 degrees of freedom. Throws below two values. */
export function tInterval(values: readonly number[]): [number, number] {
  const half = standardError(values) * studentQuantile95(values.length - 1);
  return [mean(values) - half, mean(values) + half];
}
