/**
 * How much of what tells the trials of a sweep apart each parameter explains by itself: the main effects of an analysis of
 * variance. What parameters do together is not seen, so the shares need not add up to 1.
 */
import { mean } from './seeds.ts';

export interface ScoredTrial {
  parameters: Readonly<Record<string, string | number | boolean>>;
  /** Mean over the seeds. */
  score: number;
}

export interface ParameterImportance {
  parameter: string;
  /** Share of the variance of the score, in [0, 1], less what as many free parameters explain by chance; null: too few trials. */
  explained: number | null;
  /** Spearman's rank correlation with the score, in [−1, 1]; null for what has no order, or where all are equal. */
  correlation: number | null;
}

export interface Importance {
  /** Most important first; parameters that have one value only are left out. */
  parameters: ParameterImportance[];
  /** Trials with a score. */
  n: number;
}

/** A parameter needs so many trials more than it has degrees of freedom. */
const spareTrials = 4;
/** Numbers with more values than this are taken as a curve, not as classes. */
const mostClasses = 4;

/**
 * Values are classes where there are few of them; else the score is fitted by a parabola in the rank of the value, whatever the
 * scale it was drawn on. R² is adjusted for the degrees of freedom: 1 − (1 − R²)(n − 1)/(n − k − 1), and 0 where that is negative.
 */
export function parameterImportance(trials: readonly ScoredTrial[]): Importance {
  const names = [...new Set(trials.flatMap(({ parameters }) => Object.keys(parameters)))];
  const scores = trials.map(({ score }) => score);
  const parameters = names
    .map((parameter) => ({ parameter, values: trials.map((trial) => trial.parameters[parameter] ?? '') }))
    .filter(({ values }) => new Set(values).size > 1)
    .map(({ parameter, values }) => ({
      parameter,
      explained: explained(values, scores),
      correlation: values.every((value) => typeof value === 'number') ? spearman(values, scores) : null,
    }));
  const size = ({ explained: share }: ParameterImportance): number => share ?? -1;
  return { parameters: parameters.sort((left, right) => size(right) - size(left)), n: trials.length };
}

function explained(values: readonly (string | number | boolean)[], scores: readonly number[]): number | null {
  const n = scores.length;
  const distinct = new Set(values).size;
  const asCurve = distinct > mostClasses && values.every((value) => typeof value === 'number');
  const freedom = asCurve ? 2 : distinct - 1;
  if (n < freedom + 1 + spareTrials) return null;
  const total = sumOfSquares(scores);
  if (total === 0) return 0;
  const fitted = asCurve ? parabola(ranks(values as number[]), scores) : classMeans(values, scores);
  const left = scores.reduce((sum, score, index) => sum + (score - (fitted[index] as number)) ** 2, 0);
  return Math.max(0, 1 - (left / total) * ((n - 1) / (n - freedom - 1)));
}

function classMeans(values: readonly (string | number | boolean)[], scores: readonly number[]): number[] {
  const means = new Map(
    [...new Set(values)].map((value) => [value, mean(scores.filter((_, i) => values[i] === value))]),
  );
  return values.map((value) => means.get(value) as number);
}

/** Least squares of y on 1, x and x² by orthogonal polynomials, which need no inverse. */
function parabola(x: readonly number[], y: readonly number[]): number[] {
  const centre = mean(x);
  const linear = x.map((value) => value - centre);
  const squares = linear.map((value) => value ** 2);
  const slope = dot(squares, linear) / dot(linear, linear);
  const square = squares.map((value, index) => value - mean(squares) - slope * (linear[index] as number));
  const basis = [x.map(() => 1), linear, square].filter((column) => dot(column, column) > 1e-9);
  return y.map((_, index) =>
    basis.reduce((sum, column) => sum + (dot(column, y) / dot(column, column)) * (column[index] as number), 0),
  );
}

function spearman(left: readonly number[], right: readonly number[]): number | null {
  const [x, y] = [centred(ranks(left)), centred(ranks(right))];
  const size = Math.sqrt(dot(x, x) * dot(y, y));
  return size === 0 ? null : dot(x, y) / size;
}

/** 1-based; equal values share the mean of their ranks. */
function ranks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return below + (equal + 1) / 2;
  });
}

function sumOfSquares(values: readonly number[]): number {
  const differences = centred(values);
  return dot(differences, differences);
}

function centred(values: readonly number[]): number[] {
  const centre = mean(values);
  return values.map((value) => value - centre);
}

function dot(left: readonly number[], right: readonly number[]): number {
  return left.reduce((sum, value, index) => sum + value * (right[index] as number), 0);
}
