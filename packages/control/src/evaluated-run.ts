/** The two policies of a finished run, as a step takes them: before GRPO, and best on dev. */
import {
  type ArtifactRef,
  basePolicy,
  type EvaluatedRun,
  onSplit,
  UserError,
  WarmStartOutput,
} from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';

/**
 * What an evaluation on `split` needs. The policies are written as the run itself wrote them, so that what it has computed is
 * found in the step cache. Throws UserError for a run without a result.
 */
export async function evaluatedRun(store: Store, run: StoredRun, split: string): Promise<EvaluatedRun> {
  const { id, config, result, status } = run;
  if (result === null) {
    throw new UserError({
      message: `run ${id} is ${status} and has no result yet: only finished runs have a policy to evaluate`,
      field: 'run',
      hint: `queryloop resume ${id}`,
      kind: 'conflict',
    });
  }
  const base = basePolicy(await baseOf(store, run));
  const { bestUpdate: update, checkpoint: snapshot } = result;
  return { config: onSplit(config, split), base, final: { ...base, snapshot, update } };
}

async function baseOf(store: Store, { id }: StoredRun): Promise<ArtifactRef> {
  const warmStart = await store.steps.get(id, 0, 'warmStart');
  if (warmStart === null) throw new Error(`run ${id}: its warm start is not in the store`);
  return WarmStartOutput.parse(warmStart.output).checkpoint;
}
