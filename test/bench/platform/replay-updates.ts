/** The measuring process of the platform's bench: does the updates of a finished run again, in one process and without Temporal. */
import { isDeepStrictEqual } from 'node:util';
import {
  type ArtifactStore,
  basePolicy,
  type GenerateRolloutOutput,
  generateRolloutInput,
  type PrepareDatasetOutput,
  type ScoreCompletionsOutput,
  type ScoredRollout,
  type StepContext,
  scoreCompletionsInput,
  shardsOf,
  type TrainingState,
  type UpdatePolicyOutput,
  updatePolicyInput,
  type WarmStartOutput,
} from '@queryloop/contracts';
import { openStore } from '@queryloop/store';
import { openArtifacts } from '@queryloop/store/artifacts';
import { generateRollout } from '../../../activities/src/generate-rollout.ts';
import { scoreCompletions } from '../../../activities/src/score-completions.ts';
import { updatePolicy } from '../../../activities/src/update-policy.ts';
import { answer, sum, timed } from '../measure.ts';

export interface ReplayInput {
  /** The run's `.queryloop`, which is only read. */
  home: string;
  /** Takes the artifacts that the replay writes. */
  replayHome: string;
  runId: string;
}

export interface ReplayedUpdate {
  /** Of the three steps, as the worker recorded them. */
  stepSeconds: number;
  /** Of the three steps here, without `artifactSeconds`. */
  computeSeconds: number;
  artifactSeconds: number;
  /** The rollout, the rewards and any snapshot are those of the run. */
  same: boolean;
}

async function replay({ home, replayHome, runId }: ReplayInput): Promise<ReplayedUpdate[]> {
  const store = await openStore({ folder: home });
  const { config } = (await store.runs.get(runId)) ?? {};
  const steps = await store.steps.list(runId);
  await store.close();
  const recorded = <Output>(update: number, name: string): { seconds: number; output: Output } => {
    const step = steps.find((each) => each.update === update && each.name === name);
    if (step === undefined) throw new Error(`run ${runId} has no step ${name} of update ${update}`);
    return step as { seconds: number; output: Output };
  };
  if (!config) throw new Error(`run ${runId} is not in the store`);

  const artifacts = timedArtifacts(openArtifacts(home), openArtifacts(replayHome));
  const context: StepContext = {
    artifacts: artifacts.store,
    cacheFolder: home,
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const prepared = recorded<PrepareDatasetOutput>(0, 'prepareDataset').output;
  const { checkpoint } = recorded<WarmStartOutput>(0, 'warmStart').output;
  const [shard, ...others] = shardsOf(config);
  if (shard === undefined || others.length > 0) throw new Error('the bench replays runs of one shard');
  const state: Pick<TrainingState, 'prepared' | 'policy' | 'previous'> = {
    prepared,
    policy: basePolicy(checkpoint),
    previous: [],
  };
  const replayed: ReplayedUpdate[] = [];
  for (let update = 1; update <= config.grpo.updates; update++) {
    const ofRun = {
      sampled: recorded<GenerateRolloutOutput>(update, 'generateRollout'),
      rewarded: recorded<ScoreCompletionsOutput>(update, 'scoreCompletions'),
      updated: recorded<UpdatePolicyOutput>(update, 'updatePolicy'),
    };
    const { rollout } = ofRun.sampled.output;
    const scored: ScoredRollout = { rollout, rewards: ofRun.rewarded.output.rewards };
    const artifactSecondsBefore = artifacts.seconds();
    const { value: same, seconds } = await timed(async () => {
      const sampled = await generateRollout(generateRolloutInput(config, state, shard), context);
      const rewarded = await scoreCompletions(scoreCompletionsInput(config, state, rollout, shard), context);
      const updated = await updatePolicy(updatePolicyInput(config, state.policy, [scored], []), context);
      return isDeepStrictEqual(
        [sampled.rollout, rewarded.rewards, updated.policy],
        [scored.rollout, scored.rewards, ofRun.updated.output.policy],
      );
    });
    const artifactSeconds = artifacts.seconds() - artifactSecondsBefore;
    const stepSeconds = sum(Object.values(ofRun).map((step) => step.seconds));
    replayed.push({ stepSeconds, computeSeconds: seconds - artifactSeconds, artifactSeconds, same });
    state.policy = ofRun.updated.output.policy;
    state.previous = [scored];
  }
  return replayed;
}

/** Reads from one store, writes to another, and adds up how long that takes. */
function timedArtifacts(source: ArtifactStore, target: ArtifactStore): { store: ArtifactStore; seconds(): number } {
  let total = 0;
  const add = async <T>(work: () => Promise<T>): Promise<T> => {
    const { value, seconds } = await timed(work);
    total += seconds;
    return value;
  };
  return {
    seconds: () => total,
    store: {
      getJson: (ref) => add(() => source.getJson(ref)),
      path: (ref) => add(() => source.path(ref)),
      has: (ref) => add(() => source.has(ref)),
      putJson: (kind, value) => add(() => target.putJson(kind, value)),
      putFolder: (kind, write) => add(() => target.putFolder(kind, write)),
      remove: (ref) => add(() => target.remove(ref)),
    },
  };
}

await answer(replay);
