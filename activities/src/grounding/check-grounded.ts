/** Checks right queries of an update while it is scored: did they read their answers from the database? */
import type { StepContext } from '@queryloop/contracts';
import type { PreparedDataset } from '../dataset-artifact.ts';
import { type Judgement, judge, judgeText, type RightQuery } from './judge-query.ts';
import { openCopies } from './open-copies.ts';
import { type RunOnCopies, runOnCopies } from './run-on-copies.ts';

/**
 * Judgements in the order of the queries. What shows in the text of a query is enough to condemn it: it is not run. Most others change on the
 * first copy, so one child process is enough for a sample.
 */
export async function checkGrounded(
  queries: readonly RightQuery[],
  dataset: PreparedDataset,
  context: StepContext,
  poolSize = 1,
): Promise<(boolean | null)[]> {
  const texts = queries.map((query) => judgeText(query, dataset.schema));
  const open = texts.flatMap((reasons, i) => (reasons.length === 0 ? [i] : []));
  const grounded = texts.map((): boolean | null => false);
  if (open.length === 0) return grounded;
  const copies = await openCopies(dataset, poolSize, context);
  context.signal.throwIfAborted();
  let done = 0;
  const tell = () =>
    context.progress({ phase: 'check rewarded queries', done: ++done, total: open.length * (1 + copies.copies) });
  const ran = await runOnCopies(
    open.map((i) => queries[i] as RightQuery),
    copies,
    tell,
  );
  open.forEach((i, k) => {
    const judged: Judgement = judge([], ran[k] as RunOnCopies);
    grounded[i] = judged.grounded;
  });
  return grounded;
}
