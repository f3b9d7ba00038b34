/** Does updates of an export again, in one process: the steps of a run in a row, read from the export and written beside it. */
import { computeGradient } from '@queryloop/activities/compute-gradient';
import { generateRollout } from '@queryloop/activities/generate-rollout';
import { prepareDataset } from '@queryloop/activities/prepare-dataset';
import { reduceGradients } from '@queryloop/activities/reduce-gradients';
import { scoreCompletions } from '@queryloop/activities/score-completions';
import { updatePolicy } from '@queryloop/activities/update-policy';
import {
  type ArtifactRef,
  type ArtifactStore,
  combineMetrics,
  computeGradientInput,
  type GenerateRolloutInput,
  generateRolloutInput,
  type Metrics,
  type PrepareDatasetOutput,
  type ReducedGradient,
  type RepeatedUpdate,
  type RepeatUpdatesInput,
  type RepeatUpdatesOutput,
  type ScoredRollout,
  type Shard,
  type Step,
  type StepContext,
  scoreCompletionsInput,
  shardsOf,
  updatePolicyInput,
} from '@queryloop/contracts';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';

/** Prepares the dataset from its source; when it is the run's, does the updates again, each from its own inputs. */
export const repeatUpdates: Step<RepeatUpdatesInput, RepeatUpdatesOutput> = async (input, outer) => {
  const artifacts = readThrough(openLocalArtifactStore(input.work), openLocalArtifactStore(input.artifacts));
  const context: StepContext = { ...outer, artifacts };
  const prepared = await prepareDataset({ dataset: input.dataset, database: input.database }, context);
  const output: RepeatUpdatesOutput = { dataset: { label: prepared.label, prepared: prepared.dataset }, updates: [] };
  if (prepared.dataset.hash !== input.prepared.hash) return output;
  for (const update of input.updates) output.updates.push(await repeatUpdate(update, prepared, context));
  return output;
};

/** Does one update again, from its own inputs. */
export async function repeatUpdate(
  { update, config, policy, previous, snapshot, next, served }: RepeatedUpdate,
  prepared: PrepareDatasetOutput,
  context: StepContext,
): Promise<RepeatUpdatesOutput['updates'][number]> {
  const state = { prepared, policy, previous };
  const shards = shardsOf(config);
  const scored: ScoredRollout[] = [];
  const metrics: Metrics[] = [];
  for (const shard of shards) {
    const sampled = await generateRollout(
      { ...generateRolloutInput(config, state, shard), ...servedBefore(config, served?.scored[shard.index]) },
      context,
    );
    const { rollout } = sampled;
    const { metrics: ofScoring, ...outputs } = await scoreCompletions(
      scoreCompletionsInput(config, state, rollout, shard),
      context,
    );
    scored.push({ rollout, ...outputs });
    metrics.push({ ...sampled.metrics, ...ofScoring });
  }
  const gradients = shards.length > 1 ? await sumGradients(shards, config, policy, scored, context) : [];
  const updated = await updatePolicy({ ...updatePolicyInput(config, policy, scored, gradients), snapshot }, context);
  const [first] = next === null ? [] : shardsOf(next);
  const after = { prepared, policy: updated.policy, previous: scored };
  return {
    update,
    scored,
    metrics: { ...combineMetrics(metrics), ...updated.metrics },
    snapshot: snapshot ? updated.policy.snapshot : null,
    next:
      next === null || first === undefined
        ? null
        : (
            await generateRollout(
              { ...generateRolloutInput(next, after, first), ...servedBefore(next, served?.next) },
              context,
            )
          ).rollout,
  };
}

/** A server would not give the same samples again: those that it gave are taken. */
function servedBefore(
  { rollout: { server } }: RepeatedUpdate['config'],
  stored: ArtifactRef | null | undefined,
): Pick<GenerateRolloutInput, 'served'> {
  return server !== undefined && stored ? { served: stored } : {};
}

/** The summed gradient of each inner iteration, as the workflow has it computed. */
async function sumGradients(
  shards: readonly Shard[],
  config: RepeatedUpdate['config'],
  policy: RepeatedUpdate['policy'],
  scored: ScoredRollout[],
  context: StepContext,
): Promise<ReducedGradient[]> {
  const gradients: ReducedGradient[] = [];
  for (let iteration = 0; iteration < config.grpo.innerIterations; iteration += 1) {
    const applied = gradients.flatMap(({ gradient }): ArtifactRef[] => (gradient ? [gradient] : []));
    const parts: ReducedGradient[] = [];
    for (const shard of shards)
      parts.push(
        await computeGradient(computeGradientInput(config, policy, scored, { iteration, applied }, shard), context),
      );
    gradients.push(await reduceGradients({ parts }, context));
  }
  return gradients;
}

/** Writes to `own`; reads what is not there from `source`. */
export function readThrough(own: ArtifactStore, source: ArtifactStore): ArtifactStore {
  const storeOf = async (ref: ArtifactRef): Promise<ArtifactStore> => ((await own.has(ref)) ? own : source);
  return {
    putJson: own.putJson,
    putFolder: own.putFolder,
    remove: own.remove,
    getJson: async <T>(ref: ArtifactRef) => (await storeOf(ref)).getJson<T>(ref),
    path: async (ref) => (await storeOf(ref)).path(ref),
    has: async (ref) => (await own.has(ref)) || (await source.has(ref)),
  };
}
