/** A run without policy and database: its steps are recorded as a worker and the workflow record them, its artifacts are real files. */
import {
  type AppliedUpdate,
  type ArtifactRef,
  type ArtifactStore,
  basePolicy,
  type ExperimentConfig,
  isEvaluated,
  isSnapshot,
  type Prediction,
  type RecordSteps,
  type ScoredRollout,
  type Scores,
  type SplitName,
  type TrainingState,
} from '@queryloop/contracts';
import type { Store } from '@queryloop/store';

export interface Bench {
  store: Store;
  artifacts: ArtifactStore;
  steps: RecordSteps;
}

/** Right answers of ten on dev by update; the last goes on. Updates 4 and 6 are best together. */
const devCorrect = [2, 3, 4, 4, 8, 5, 8, 6];

const scoresOf = (correct: number): Scores => ({
  n: 10,
  correct,
  accuracy: correct / 10,
  failed: 1,
  errorRate: 0.1,
  ems: correct / 30,
  rems: correct / 7,
  byType: { count: { n: 10, correct, failed: 1 } },
});

const prediction = (question: string, correct: boolean): Prediction => ({
  question,
  type: 'count',
  answer: '1',
  sql: `SELECT ${Number(correct)}`,
  outcome: correct ? 'ok' : 'wrong',
  result: '1',
  correct,
  failed: false,
});

/** Each step is said to have taken a second. */
async function done({ store }: Bench, runId: string, update: number, name: string, output: unknown): Promise<void> {
  await store.steps.record(runId, { update, name, seconds: 1, output });
}

export async function evaluated(
  { artifacts, steps, ...bench }: Bench,
  runId: string,
  update: number,
  split: SplitName,
): Promise<{ scores: Scores; predictions: ArtifactRef }> {
  const scores = scoresOf(devCorrect[Math.min(update, devCorrect.length - 1)] as number);
  const rows = Array.from({ length: 10 }, (_, i) => prediction(`${split} ${i}`, i < scores.correct));
  const output = { scores, predictions: await artifacts.putJson('predictions', rows) };
  await done({ artifacts, steps, ...bench }, runId, update, `evaluatePolicy:${split}`, output);
  await steps.recordEvaluation({ runId, update, split, ...output });
  return output;
}

/** Data, warm start and the base's evaluations; the state they leave. */
export async function recordBaseline(bench: Bench, runId: string, config: ExperimentConfig): Promise<TrainingState> {
  const { artifacts, steps } = bench;
  const prepared = {
    dataset: await artifacts.putJson('dataset', [config.dataset, 'tiny']),
    label: 'tiny',
    questions: { dev: 10, test: 10 },
    outsideData: { dev: 1 },
  };
  await done(bench, runId, 0, 'prepareDataset', prepared);
  await steps.recordDataset({ runId, prepared });
  const checkpoint = await artifacts.putJson('checkpoint', ['base', config.seed]);
  const metrics = { warm_start_loss: 0.5 };
  await done(bench, runId, 0, 'warmStart', { checkpoint, metrics });
  await steps.recordMetrics({ runId, update: 0, metrics, scored: [], gradients: [], checkpoint });
  const dev = await evaluated(bench, runId, 0, 'dev');
  const test = await evaluated(bench, runId, 0, 'test');
  const { accuracy, errorRate } = dev.scores;
  const policy = basePolicy(checkpoint);
  return {
    startedAtMs: 0,
    seconds: { prepare: 0, warmStart: 0, baseline: 0, train: 0, evaluate: 0, total: 0 },
    prepared,
    base: { policy, dev: dev.scores, test: test.scores, predictions: test.predictions },
    policy,
    previous: [],
    tokens: 0,
    best: null,
    dev: [{ update: 0, accuracy, errorRate }],
    recent: [],
  };
}

/** The steps of one update. Its rows in metrics and rollouts are written by what it gives, which the workflow calls beside the next update. */
export async function applyUpdate(
  bench: Bench,
  runId: string,
  config: ExperimentConfig,
  state: TrainingState,
): Promise<() => Promise<void>> {
  const { artifacts, steps } = bench;
  const update = state.policy.update + 1;
  const key = [config.seed, config.grpo.optimizer.learningRate, update];
  const scored: ScoredRollout[] = [];
  const gradients: ArtifactRef[] = [];
  for (let shard = 1; shard <= config.shards; shard++) {
    const part = config.shards === 1 ? '' : `:${shard}/${config.shards}`;
    const rollout = await artifacts.putJson('rollout', [...key, shard]);
    const rewards = await artifacts.putJson('rewards', [...key, shard]);
    await done(bench, runId, update, `generateRollout${part}`, { rollout, metrics: {}, samplingSeconds: 0.5 });
    await done(bench, runId, update, `scoreCompletions${part}`, { rewards, metrics: {} });
    scored.push({ rollout, rewards });
    if (config.shards === 1) continue;
    const gradient = await artifacts.putJson('gradient', [...key, shard]);
    await done(bench, runId, update, `computeGradient:0${part}`, {
      gradient,
      loss: 0.1,
      sums: [],
      samplerLogProbGap: 0,
    });
  }
  if (config.shards > 1) gradients.push(await artifacts.putJson('gradient', [...key, 'sum']));
  const applied: AppliedUpdate = config.shards === 1 ? { scored, gradients } : { scored: [], gradients };
  const policy = isSnapshot(config, update)
    ? { ...state.policy, snapshot: await artifacts.putJson('checkpoint', key), update, replay: [] }
    : { ...state.policy, update, replay: [...state.policy.replay, applied] };
  await done(bench, runId, update, 'updatePolicy', { policy, metrics: {} });
  const metrics = { reward: update / 3, num_tokens: 100 + update };
  state.policy = policy;
  state.previous = scored;
  state.tokens += metrics.num_tokens;
  state.recent = [...state.recent, { update, metrics }].slice(-20);
  const checkpoint = policy.replay.length === 0 ? policy.snapshot : null;
  return () => steps.recordMetrics({ runId, update, metrics, scored, gradients, checkpoint });
}

export async function evaluateOnDev(bench: Bench, runId: string, state: TrainingState): Promise<void> {
  const { policy } = state;
  const { scores: dev } = await evaluated(bench, runId, policy.update, 'dev');
  state.dev = [...state.dev, { update: policy.update, accuracy: dev.accuracy, errorRate: dev.errorRate }];
  if (state.best === null || dev.accuracy >= state.best.dev.accuracy) state.best = { policy, dev };
}

/** Whole updates up to `last`; the state after each. */
export async function recordUpdates(
  bench: Bench,
  runId: string,
  config: ExperimentConfig,
  state: TrainingState,
  last: number,
): Promise<TrainingState[]> {
  const states = [structuredClone(state)];
  while (state.policy.update < last) {
    const record = await applyUpdate(bench, runId, config, state);
    await record();
    if (isEvaluated(config, state.policy.update)) await evaluateOnDev(bench, runId, state);
    states.push(structuredClone(state));
  }
  return states;
}
