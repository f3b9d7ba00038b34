/** A store with what other trackers are shown: a finished run, one in the middle, a failed one, and a sweep of two. */
import { ExperimentConfig, type Prediction, type Scores, SweepConfig } from '@queryloop/contracts';
import { trialId } from '@queryloop/control';
import { openStore, type Store } from '@queryloop/store';

export const names = { finished: 'tracked-s1', unfinished: 'tracked-s2', failed: 'tracked-s3', sweep: 'sweep-tried' };

const config = ExperimentConfig.parse({
  name: 'tracked',
  seed: 1,
  database: 'mysql://reader:hunter2@db.example:3306/',
  grpo: { updates: 1200 },
});
/** More points than a page of an MLflow history or a batch of a push holds. */
const updates = 1200;
/** Numbers that a float of 32 bits, a decimal of few digits or a careless writer would change. */
const values = [0, -0.1, 1 / 3, 1e-12, 123456.789, 2 ** 40 + 0.5, 1e38];

export const metric = (name: number, update: number): number =>
  (values[(name + update) % values.length] as number) * (1 + (update % 10) / 7);

const scores = (correct: number): Scores => ({
  n: 3,
  correct,
  accuracy: correct / 3,
  failed: 0,
  errorRate: 0,
  ems: correct / 7,
  rems: correct / 11,
  byType: { count: { n: 3, correct, failed: 0 } },
});
const rows = (correct: number): Prediction[] =>
  [0, 1, 2].map((i) => ({
    question: `how many “${i}”?\n<script>`,
    type: 'count',
    answer: String(i),
    sql: `SELECT ${i}`,
    outcome: i < correct ? 'ok' : 'wrong',
    result: String(i),
    correct: i < correct,
    failed: false,
  }));

/** Points from update `from` to `to` with the steps that made them. */
export async function recordPoints(store: Store, runId: string, from: number, to: number): Promise<void> {
  for (let update = from; update <= to; update++) {
    // Of most updates nothing tells when they were done, as where steps were not recorded.
    if (update < 10 || update % 100 === 0)
      await store.steps.record(runId, { update, name: 'updatePolicy', seconds: 1, output: {} });
    await store.metrics.record(runId, update, {
      reward: metric(0, update),
      'rewards/accuracy/mean': metric(1, update),
    });
  }
}

async function recordScores(store: Store, runId: string, update: number, correct: number): Promise<void> {
  const predictions = { kind: 'predictions' as const, hash: 'a'.repeat(64), bytes: 1 };
  await store.evaluations.record({
    runId,
    update,
    split: 'dev',
    scores: scores(correct),
    predictions,
    rows: rows(correct),
  });
}

export async function recordTrackedRuns(folder: string): Promise<Store> {
  const store = await openStore({ folder });
  await store.runs.create({ id: names.finished, config });
  await store.notes.tag(names.finished, 'kept');
  await store.notes.add(names.finished, 'The one for the paper: 100 % "real".');
  await recordPoints(store, names.finished, 1, updates);
  await recordScores(store, names.finished, 0, 1);
  await recordScores(store, names.finished, updates, 3);
  await store.runs.setStatus(names.finished, 'finished');

  await store.runs.create({ id: names.unfinished, config: { ...config, seed: 2 } });
  await recordPoints(store, names.unfinished, 1, 5);

  await store.runs.create({ id: names.failed, config: { ...config, seed: 3 } });
  await store.runs.setStatus(names.failed, 'failed', { error: 'disk full' });

  const trials = [1e-4, 3e-4].map((learningRate) => {
    const optimizer = { ...config.grpo.optimizer, learningRate };
    const varied = { ...config, name: 'tried', grpo: { ...config.grpo, optimizer } };
    return { id: trialId(varied), parameters: { 'grpo.optimizer.learningRate': learningRate }, config: varied };
  });
  const settings = SweepConfig.parse({
    name: 'tried',
    experiment: 'tried.yaml',
    parameters: { 'grpo.optimizer.learningRate': [1e-4, 3e-4] },
  });
  await store.sweeps.start({ id: names.sweep, settings, trials });
  for (const [i, trial] of trials.entries()) {
    const id = `tried-${i}`;
    await store.runs.create({ id, config: trial.config, sweepId: names.sweep });
    await recordPoints(store, id, 1, 3);
    await recordScores(store, id, 3, i + 1);
  }
  return store;
}
