/** MySQL functions that SQLite lacks and models like to write, as deterministic SQLite functions. */
import type Database from 'better-sqlite3';

type Value = string | number | bigint | Buffer | null;

const text = (value: Value): string => String(value);

/** Result NULL as soon as an argument is, as in MySQL. */
const strict =
  (evaluate: (...values: Value[]) => Value) =>
  (...values: Value[]): Value =>
    values.includes(null) ? null : evaluate(...values);

const extreme =
  (sign: 1 | -1) =>
  (...values: Value[]): Value =>
    values.reduce((best, value) => (sign * compare(value, best) > 0 ? value : best)) as Value;

function compare(left: Value, right: Value): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const [a, b] = [text(left).toLowerCase(), text(right).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}

const datePart = (from: number, to: number) => (value: Value) => {
  const digits = /^\d{4}-\d\d-\d\d/.test(text(value)) ? text(value).slice(from, to) : null;
  return digits === null ? null : Number(digits);
};

const functions: Record<string, (...values: Value[]) => Value> = {
  left: (value, count) => text(value as Value).slice(0, Math.max(0, Number(count))),
  right: (value, count) => (Number(count) <= 0 ? '' : text(value as Value).slice(-Number(count))),
  mid: (value, from, count) => text(value as Value).substr(Number(from) - 1, Number(count)),
  locate: (part, value) =>
    text(value as Value)
      .toLowerCase()
      .indexOf(text(part as Value).toLowerCase()) + 1,
  lcase: (value) => text(value as Value).toLowerCase(),
  ucase: (value) => text(value as Value).toUpperCase(),
  char_length: (value) => [...text(value as Value)].length,
  reverse: (value) => [...text(value as Value)].reverse().join(''),
  repeat: (value, count) => text(value as Value).repeat(Math.min(1000, Math.max(0, Number(count)))),
  year: datePart(0, 4),
  month: datePart(5, 7),
  day: datePart(8, 10),
};

export function registerMysqlFunctions(database: Database.Database): void {
  for (const [name, evaluate] of Object.entries(functions)) {
    const options = { deterministic: true, varargs: true };
    database.function(name, options, strict(evaluate) as (...values: unknown[]) => unknown);
  }
  database.function(
    'greatest',
    { deterministic: true, varargs: true },
    strict(extreme(1)) as (...values: unknown[]) => unknown,
  );
  database.function(
    'least',
    { deterministic: true, varargs: true },
    strict(extreme(-1)) as (...values: unknown[]) => unknown,
  );
}
