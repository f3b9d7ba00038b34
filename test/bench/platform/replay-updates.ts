/** The measuring process of the platform's bench: does the updates of a finished run again, in one process and without Temporal. */
import { isDeepStrictEqual } from 'node:util';
import type {
  ArtifactStore,
  GenerateRolloutOutput,
  PolicyState,
  ScoreCompletionsOutput,
  ScoredRollout,
  StepContext,
  UpdatePolicyOutput,
  WarmStartOutput,
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
  const { config, datasetHash } = (await store.runs.get(runId)) ?? {};
  const steps = await store.steps.list(runId);
  await store.close();
  const recorded = <Output>(update: number, name: string): { seconds: number; output: Output } => {
    const step = steps.find((each) => each.update === update && each.name === name);
    if (step === undefined) throw new Error(`run ${runId} has no step ${name} of update ${update}`);
    return step as { seconds: number; output: Output };
  };
  if (!config || !datasetHash) throw new Error(`run ${runId} is not in the store`);

  const artifacts = timedArtifacts(openArtifacts(home), openArtifacts(replayHome));
  const context: StepContext = {
    artifacts: artifacts.store,
    cacheFolder: home,
    progress: () => undefined,
    signal: new AbortController().signal,
  };
  const { dataset } = recorded<{ dataset: GenerateRolloutOutput['rollout'] }>(0, 'prepareDataset').output;
  const { checkpoint } = recorded<WarmStartOutput>(0, 'warmStart').output;
  const { rollout: sampling, grpo, seed, threads, reward, database } = config;
  let policy: PolicyState = { base: checkpoint, snapshot: checkpoint, update: 0, replay: [] };
  let previous: ScoredRollout | null = null;
  const replayed: ReplayedUpdate[] = [];
  for (let update = 1; update <= grpo.updates; update++) {
    const before = previous?.rewards ?? null;
    const common = { update, rollout: sampling, grpo, threads };
    const ofRun = {
      sampled: recorded<GenerateRolloutOutput>(update, 'generateRollout'),
      rewarded: recorded<ScoreCompletionsOutput>(update, 'scoreCompletions'),
      updated: recorded<UpdatePolicyOutput>(update, 'updatePolicy'),
    };
    const rollout = ofRun.sampled.output.rollout;
    const scored: ScoredRollout = { rollout, rewards: ofRun.rewarded.output.rewards };
    // A snapshot was written where the run's policy has nothing left to replay.
    const snapshot = ofRun.updated.output.policy.replay.length === 0;
    const artifactSecondsBefore = artifacts.seconds();
    const state = policy;
    const { value: same, seconds } = await timed(async () => {
      const sampled = await generateRollout({ ...common, dataset, policy: state, previous: before, seed }, context);
      const rewarded = await scoreCompletions(
        { dataset, rollout, update, previous: before, reward, database },
        context,
      );
      const updated = await updatePolicy({ ...common, policy: state, scored, snapshot }, context);
      return isDeepStrictEqual(
        [sampled.rollout, rewarded.rewards, updated.policy],
        [scored.rollout, scored.rewards, ofRun.updated.output.policy],
      );
    });
    const artifactSeconds = artifacts.seconds() - artifactSecondsBefore;
    const stepSeconds = sum(Object.values(ofRun).map((step) => step.seconds));
    replayed.push({ stepSeconds, computeSeconds: seconds - artifactSeconds, artifactSeconds, same });
    policy = ofRun.updated.output.policy;
    previous = scored;
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
    },
  };
}

await answer(replay);
