/** Writes down updates and evaluations. */
import type {
  ArtifactStore,
  Metrics,
  Prediction,
  RecordEvaluationInput,
  RecordMetricsInput,
} from '@queryloop/contracts';
import type { Store } from '@queryloop/store';

/** Metrics kept with the references of a rollout, for lists of rollouts. */
const summaryNames = ['reward', 'reward_std', 'rewards/accuracy/mean', 'execution/error', 'num_tokens'];

/** What it leaves out (no shards, no checkpoint, no metrics) stays as it is. Metrics come last: a point is there once all else is. */
export async function recordMetrics(
  store: Store,
  { runId, update, metrics, scored, gradients, checkpoint }: RecordMetricsInput,
): Promise<void> {
  if (checkpoint !== null) await store.checkpoints.record(runId, { update, checkpoint });
  if (scored.length > 0)
    await store.rollouts.record(runId, { update, parts: scored, gradients, summary: summaryOf(metrics) });
  await store.metrics.record(runId, update, metrics);
}

/** The evaluation with its predictions, which are read from their artifact. */
export async function recordEvaluation(
  store: Store,
  artifacts: ArtifactStore,
  { runId, update, split, scores, predictions }: RecordEvaluationInput,
): Promise<void> {
  const rows = await artifacts.getJson<Prediction[]>(predictions);
  await store.evaluations.record({ runId, update, split, scores, predictions, rows });
}

function summaryOf(metrics: Metrics): Metrics {
  return Object.fromEntries(
    summaryNames.flatMap((name) => (metrics[name] === undefined ? [] : [[name, metrics[name]]])),
  );
}
