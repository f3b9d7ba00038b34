/** Rebuilds the state of a run at an update from what is stored: as the workflow had it, but for the time that passed. */
import {
  basePolicy,
  type Candidate,
  type PolicyState,
  PrepareDatasetOutput,
  type RestoreRunInput,
  type RestoreRunOutput,
  SnapshotPolicyOutput,
  type TrainingState,
  UpdatePolicyOutput,
  WarmStartOutput,
} from '@queryloop/contracts';
import { configAt, type Store, type StoredEvaluation } from '@queryloop/store';
import { phaseSeconds } from './phase-seconds.ts';
import { storedPlace } from './stored-place.ts';

/** Updates whose metrics the progress query shows, as in the workflow's train.ts. */
const recentUpdates = 20;

/** Null when the baseline is not stored whole. Throws UserError when the place is not stored. */
export async function restoreRun(store: Store, { from }: RestoreRunInput): Promise<RestoreRunOutput> {
  const { run, update } = await storedPlace(store, from);
  if (update === null) return null;
  const runId = run.id;
  const [prepared, base, evaluations, seconds] = await Promise.all([
    outputOf(store, runId, 0, 'prepareDataset').then((output) => PrepareDatasetOutput.parse(output)),
    outputOf(store, runId, 0, 'warmStart').then((output) => basePolicy(WarmStartOutput.parse(output).checkpoint)),
    store.evaluations.list(runId),
    phaseSeconds(store, runId, update),
  ]);
  const dev = evaluations.filter((evaluation) => evaluation.split === 'dev' && evaluation.update <= update);
  const test = evaluations.find((evaluation) => evaluation.split === 'test' && evaluation.update === 0);
  const [first, ...later] = dev;
  if (first === undefined || test === undefined) throw new Error(`run ${runId}: the base's evaluations are gone`);
  const state: TrainingState = {
    startedAtMs: Date.now() - seconds.total * 1000,
    seconds,
    prepared,
    base: { policy: base, dev: first.scores, test: test.scores, predictions: test.predictions },
    policy: update === 0 ? base : await policyAfter(store, runId, update),
    previous: update === 0 ? [] : ((await store.rollouts.get(runId, update))?.parts ?? []),
    tokens: await store.metrics.sum(runId, 'num_tokens', update),
    best: await bestOf(store, runId, later),
    dev: dev.map(({ update: at, scores: { accuracy, errorRate } }) => ({ update: at, accuracy, errorRate })),
    recent: await recentMetrics(store, runId, update),
  };
  const { grpo, rollout } = configAt(run, update);
  return { state, grpo, rollout };
}

/** The policy with the best accuracy on dev, the later one on a tie. */
async function bestOf(store: Store, runId: string, dev: StoredEvaluation[]): Promise<Candidate | null> {
  const [first, ...rest] = dev;
  if (first === undefined) return null;
  const best = rest.reduce((high, next) => (next.scores.accuracy >= high.scores.accuracy ? next : high), first);
  return { policy: await policyAfter(store, runId, best.update), dev: best.scores };
}

/** As the update left it, or as a snapshot that was written of it when the run went on with other settings. */
async function policyAfter(store: Store, runId: string, update: number): Promise<PolicyState> {
  const written = await store.steps.get(runId, update, 'snapshotPolicy');
  if (written !== null) return SnapshotPolicyOutput.parse(written.output).policy;
  return UpdatePolicyOutput.parse(await outputOf(store, runId, update, 'updatePolicy')).policy;
}

async function recentMetrics(store: Store, runId: string, update: number): Promise<TrainingState['recent']> {
  const first = Math.max(1, update - recentUpdates + 1);
  const updates = Array.from({ length: update - first + 1 }, (_, index) => first + index);
  return await Promise.all(updates.map(async (at) => ({ update: at, metrics: await store.metrics.at(runId, at) })));
}

async function outputOf(store: Store, runId: string, update: number, name: string): Promise<unknown> {
  const step = await store.steps.get(runId, update, name);
  if (step === null) throw new Error(`run ${runId}: step ${name} of update ${update} is not in the store`);
  return step.output;
}
