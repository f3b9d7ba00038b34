/** Runs queries on a database and on perturbed copies of it, and says whose result changes. */
import type { StepContext } from '@queryloop/contracts';
import { defaultLimits, type Outcome, openExecutor, resultParts } from '@queryloop/text-to-sql';

export interface RunOnCopies {
  before: Outcome;
  /** On the first copy where the result is another; on the first copy when it is nowhere. */
  after: Outcome;
  /** Null: an execution failed, and no other gave another result, so that nothing can be said. */
  changed: boolean | null;
}

export interface DatabaseCopies {
  /** SQLite files. */
  original: string;
  copies: readonly string[];
}

/** Below this a second child process takes longer to start than it saves. */
const queriesForTwo = 200;

/** Results in the order of the queries. A query whose result has changed is not run on further copies. */
export async function runOnCopies(
  queries: readonly string[],
  { original, copies }: DatabaseCopies,
  { progress, signal }: Pick<StepContext, 'progress' | 'signal'>,
): Promise<RunOnCopies[]> {
  const total = 1 + copies.length;
  const runAll = async (path: string, place: number, sqls: readonly string[]): Promise<Outcome[]> => {
    signal.throwIfAborted();
    const executor = await openExecutor(
      { database: 'sqlite', path },
      { poolSize: sqls.length < queriesForTwo ? 1 : defaultLimits.poolSize },
    );
    const tell = () => progress({ phase: 'audit', done: place, total });
    tell();
    try {
      return await executor.executeAll(sqls, tell);
    } finally {
      await executor.close();
    }
  };
  const before = await runAll(original, 0, queries);
  const ran: RunOnCopies[] = before.map((outcome) => ({
    before: outcome,
    after: outcome,
    changed: outcome.kind === 'error' ? null : false,
  }));
  for (const [copy, path] of copies.entries()) {
    const left = ran.flatMap(({ before: outcome, changed }, i) =>
      outcome.kind === 'error' || changed === true ? [] : [i],
    );
    if (left.length === 0) break;
    const outcomes = await runAll(
      path,
      copy + 1,
      left.map((i) => queries[i] as string),
    );
    outcomes.forEach((after, k) => {
      const result = ran[left[k] as number] as RunOnCopies;
      const same = after.kind === 'error' ? null : partsOf(after) === partsOf(result.before);
      if (copy === 0 || same === false) result.after = after;
      if (same === false) result.changed = true;
      else if (same === null) result.changed = null;
    });
  }
  return ran;
}

/** Results are the same when their parts are, in any order: as answers are compared. */
function partsOf(outcome: Outcome): string {
  return outcome.kind === 'error' ? '' : JSON.stringify(resultParts(outcome).toSorted());
}
