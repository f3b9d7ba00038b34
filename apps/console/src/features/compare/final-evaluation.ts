/** Which evaluation stands for a run. */
import type { Store, StoredEvaluation, StoredRun } from '@queryloop/store';

/** Of a finished run that of the policy chosen in the end, else the last there is; undefined when there is none. */
export async function finalEvaluation(
  store: Store,
  { id, result }: Pick<StoredRun, 'id' | 'result'>,
  split: 'test' | 'dev',
): Promise<StoredEvaluation | undefined> {
  const ofSplit = (await store.evaluations.list(id)).filter((evaluation) => evaluation.split === split);
  return ofSplit.find(({ update }) => update === result?.bestUpdate) ?? ofSplit.at(-1);
}
