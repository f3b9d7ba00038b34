/** Functions of MariaDB that SQLite lacks or reads otherwise, as deterministic functions of SQLite. Their names begin with my_: only translated statements call them. */
import type Database from 'better-sqlite3';
import { aggregateFunctions } from './dialect/functions/aggregates.ts';
import { dateFunctions } from './dialect/functions/dates.ts';
import { numberFunctions } from './dialect/functions/numbers.ts';
import { sortKey } from './dialect/functions/sort-key.ts';
import { textFunctions } from './dialect/functions/text.ts';
import { type Evaluate, toSqliteValue, toText, type Value } from './dialect/functions/values.ts';

const jsonFunctions: Record<string, Evaluate> = {
  /** Texts of a JSON array in one, NULLs left out; NULL when there is none. */
  my_join: (array, separator) => {
    const values = (JSON.parse(toText(array)) as (string | number | null)[]).filter((value) => value !== null);
    return values.length === 0 ? null : values.join(toText(separator));
  },
  /** Several values as one, equal when they are; NULL as soon as one is. */
  my_together: (...values) =>
    values.includes(null)
      ? null
      : JSON.stringify(values.map((value) => (typeof value === 'string' ? sortKey(value) : Number(value)))),
};

export function registerMysqlFunctions(database: Database.Database): void {
  const functions = { ...textFunctions, ...numberFunctions, ...dateFunctions, ...jsonFunctions };
  for (const [name, evaluate] of Object.entries(functions)) {
    const call = (...values: unknown[]): unknown => toSqliteValue(evaluate(...(values as Value[])));
    database.function(name, { deterministic: true, varargs: true }, call);
  }
  for (const [name, { start, step, result }] of Object.entries(aggregateFunctions)) {
    database.aggregate(name, {
      deterministic: true,
      start,
      step: (state: unknown, value: unknown) => step(state as never, value as Value),
      result: (state: unknown) => toSqliteValue(result(state as never)),
    });
  }
}
