/** MariaDB's aggregates that SQLite lacks or reads otherwise. */
import { compareText } from './sort-key.ts';
import { toInteger, toNumber, toText, type Value } from './values.ts';

export interface AggregateFunction {
  /** Makes the state of a group. */
  start: () => unknown;
  /** @returns the next state */
  step: (state: never, value: Value) => unknown;
  result: (state: never) => Value;
}

const aggregate = <S>(
  start: () => S,
  step: (state: S, value: Value) => S,
  result: (state: S) => Value,
): AggregateFunction => ({ start, step, result }) as unknown as AggregateFunction;

interface Moments {
  count: number;
  mean: number;
  squares: number;
}

const moments = (result: (state: Moments) => number | null): AggregateFunction =>
  aggregate<Moments>(
    () => ({ count: 0, mean: 0, squares: 0 }),
    (state, value) => {
      if (value === null) return state;
      const number = toNumber(value);
      const count = state.count + 1;
      const mean = state.mean + (number - state.mean) / count;
      return { count, mean, squares: state.squares + (number - state.mean) * (number - mean) };
    },
    result,
  );

const population = ({ count, squares }: Moments): number | null => (count === 0 ? null : squares / count);
const sample = ({ count, squares }: Moments): number | null => (count < 2 ? null : squares / (count - 1));
const root = (value: number | null): number | null => (value === null ? null : Math.sqrt(value));

const bits = (from: bigint, join: (a: bigint, b: bigint) => bigint): AggregateFunction =>
  aggregate<bigint>(
    () => from,
    (state, value) => (value === null ? state : join(state, BigInt.asUintN(64, BigInt(toInteger(value))))),
    (state) => BigInt.asIntN(64, state),
  );

const extreme = (sign: 1 | -1): AggregateFunction =>
  aggregate<string | null>(
    () => null,
    (state, value) =>
      value !== null && (state === null || sign * compareText(toText(value), state) > 0) ? toText(value) : state,
    (state) => state,
  );

export const aggregateFunctions: Record<string, AggregateFunction> = {
  /** The value of a group's first row. */
  my_first_row: aggregate<{ value: Value } | null>(
    () => null,
    (state, value) => state ?? { value },
    (state) => state?.value ?? null,
  ),
  /** The value of the only row. */
  my_only_row: aggregate<{ value: Value } | null>(
    () => null,
    (state, value) => {
      if (state) throw new Error('a subquery returns more than one row');
      return { value };
    },
    (state) => state?.value ?? null,
  ),
  my_min_text: extreme(-1),
  my_max_text: extreme(1),
  my_std: moments((state) => root(population(state))),
  my_stddev_samp: moments((state) => root(sample(state))),
  my_variance: moments(population),
  my_var_samp: moments(sample),
  my_bit_and: bits((1n << 64n) - 1n, (a, b) => a & b),
  my_bit_or: bits(0n, (a, b) => a | b),
  my_bit_xor: bits(0n, (a, b) => a ^ b),
};
