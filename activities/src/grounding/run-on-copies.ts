/** Runs queries on a database and on changed copies of it, all in one file, and says whose result changes. */
import { type DatabaseSchema, type Outcome, onCopy, resultParts, type SqlExecutor } from '@queryloop/text-to-sql';

export interface RunOnCopies {
  before: Outcome;
  /** On the first copy where the result is another; on the first copy when it is nowhere. */
  after: Outcome;
  /** Null: an execution failed, and no other gave another result, so that nothing can be said. */
  changed: boolean | null;
}

/** A query, and what it gave on the database itself where that is known. */
export interface QueryOnCopies {
  sql: string;
  before?: Outcome;
}

export interface DatabaseCopies {
  /** Of a file that buildCopies wrote. */
  executor: SqlExecutor;
  schema: DatabaseSchema;
  /** Changed ones, beside the database itself. */
  copies: number;
}

/** What makes a query slow on one copy makes it slow on the next. */
const endsIt = new Set(['timeout', 'out_of_memory']);

/** Results in the order of the queries. A query whose result has changed is not run on further copies. `tell` hears of each that ran. */
export async function runOnCopies(
  queries: readonly QueryOnCopies[],
  { executor, schema, copies }: DatabaseCopies,
  tell: () => void,
): Promise<RunOnCopies[]> {
  const write = onCopy(schema);
  const runAll = (places: readonly number[], copy: number): Promise<Outcome[]> =>
    executor.executeAll(
      places.map((place) => write((queries[place] as QueryOnCopies).sql, copy)),
      tell,
    );
  const unknown = queries.flatMap(({ before }, place) => (before === undefined ? [place] : []));
  const fresh = await runAll(unknown, 0);
  let next = 0;
  const before = queries.map((query) => query.before ?? (fresh[next++] as Outcome));
  const parts = before.map(partsOf);
  const ran: RunOnCopies[] = before.map((outcome) => ({
    before: outcome,
    after: outcome,
    changed: outcome.kind === 'error' ? null : false,
  }));
  let left = ran.flatMap(({ changed }, place) => (changed === null ? [] : [place]));
  for (let copy = 1; copy <= copies && left.length > 0; copy++) {
    const outcomes = await runAll(left, copy);
    left = left.filter((place, i) => {
      const result = ran[place] as RunOnCopies;
      const after = outcomes[i] as Outcome;
      const same = after.kind === 'error' ? null : partsOf(after) === parts[place];
      if (copy === 1 || same === false) result.after = after;
      if (same === false) result.changed = true;
      else if (same === null) result.changed = null;
      return same !== false && !(after.kind === 'error' && endsIt.has(after.code));
    });
  }
  return ran;
}

/** Results are the same when their parts are, in any order: as answers are compared. */
function partsOf(outcome: Outcome): string {
  return outcome.kind === 'error' ? '' : JSON.stringify(resultParts(outcome).toSorted());
}
