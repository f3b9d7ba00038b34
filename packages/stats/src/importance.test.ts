/** Main effects: what explains all, nothing, a curve, classes; and too few trials. */
import { describe, expect, test } from 'vitest';
import { parameterImportance, type ScoredTrial } from './importance.ts';
import { keyedUniform } from './keyed-random.ts';

const drawn = (n: number, score: (rate: number, kind: string, noise: number) => number): ScoredTrial[] =>
  Array.from({ length: n }, (_, i) => {
    const rate = 10 ** (-5 + 3 * keyedUniform(1, i, 'rate'));
    const kind = ['grpo', 'dapo', 'cispo'][Math.floor(3 * keyedUniform(1, i, 'kind'))] as string;
    return { parameters: { rate, kind, same: 1 }, score: score(rate, kind, keyedUniform(1, i, 'noise')) };
  });
const shares = (trials: ScoredTrial[]): Record<string, number | null> =>
  Object.fromEntries(parameterImportance(trials).parameters.map(({ parameter, explained }) => [parameter, explained]));

test('a class that decides everything explains everything, and comes first', () => {
  const { parameters, n } = parameterImportance(drawn(30, (_, kind) => kind.length));
  expect(n).toBe(30);
  expect(parameters.map(({ parameter }) => parameter)).toEqual(['kind', 'rate']);
  expect(parameters[0]).toMatchObject({ explained: 1, correlation: null });
  expect(parameters[1]?.explained).toBeLessThan(0.3);
});

test('a number explains the same whatever scale it is on, rising or with its best in the middle', () => {
  const rising = drawn(40, (rate) => Math.log10(rate));
  const { parameters } = parameterImportance(rising);
  expect(parameters[0]).toMatchObject({ parameter: 'rate', correlation: 1 });
  expect(parameters[0]?.explained).toBeGreaterThan(0.95);
  const onLogs = rising.map(({ parameters: { rate, ...rest }, score }) => ({
    parameters: { ...rest, rate: Math.log(rate as number) },
    score,
  }));
  expect(shares(onLogs)['rate']).toBeCloseTo(shares(rising)['rate'] as number, 12);
  const hill = shares(drawn(40, (rate) => -((Math.log10(rate) + 3.5) ** 2)));
  expect(hill['rate']).toBeGreaterThan(0.8);
});

test('what has nothing to do with the score explains next to nothing', () => {
  const { rate, kind } = shares(drawn(200, (_, __, noise) => noise));
  expect(rate).toBeLessThan(0.05);
  expect(kind).toBeLessThan(0.05);
});

test('effects of two factors of a whole grid add up', () => {
  const grid = [0, 1, 2].flatMap((a) =>
    [0, 1, 2].flatMap((b) => [0, 1].map((seed) => ({ parameters: { a, b }, score: 3 * a + b + 0 * seed }))),
  );
  const { a, b } = shares(grid);
  // Of the variance 9 : 1; adjusted with n = 18 and 2 degrees of freedom each.
  expect(a).toBeCloseTo(1 - 0.1 * (17 / 15), 10);
  expect(b).toBe(0);
});

describe('too little to say', () => {
  test('few trials have no shares, but a direction', () => {
    const few = drawn(5, (rate) => rate);
    expect(parameterImportance(few).parameters.every(({ explained }) => explained === null)).toBe(true);
    expect(parameterImportance(few).parameters.find(({ parameter }) => parameter === 'rate')?.correlation).toBe(1);
  });
  test('equal scores are explained by nothing', () => {
    expect(shares(drawn(30, () => 0.5))).toEqual({ rate: 0, kind: 0 });
    expect(parameterImportance(drawn(30, () => 0.5)).parameters[0]?.correlation).toBeNull();
  });
  test('no trials have no parameters', () => {
    expect(parameterImportance([])).toEqual({ parameters: [], n: 0 });
  });
  test('one value is no parameter', () => {
    expect(shares(drawn(30, (rate) => rate))).not.toHaveProperty('same');
  });
});
