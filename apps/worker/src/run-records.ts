/** Writes what a run did to the store: run, dataset, updates, evaluations, comparison. All of it may be said twice (a retried step). */
import type { ArtifactStore, CpuSteps, Metrics, Prediction } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { comparePolicies } from './compare-policies.ts';

/** The steps that write to the store. */
export type RecordSteps = Omit<CpuSteps, 'prepareDataset'>;

/** Metrics kept with the reference of a rollout, for lists of rollouts. */
const summaryNames = ['reward', 'reward_std', 'rewards/accuracy/mean', 'execution/error', 'num_tokens'];

export function recordSteps(store: Store, artifacts: ArtifactStore): RecordSteps {
  return {
    startRun: async ({ runId, config }) => {
      await store.runs.create({ id: runId, config });
    },
    recordDataset: async ({ runId, prepared }) => {
      await store.datasets.record(prepared);
      await store.runs.setDataset(runId, prepared.dataset.hash);
    },
    recordMetrics: async ({ runId, update, metrics, scored, checkpoint }) => {
      await store.metrics.record(runId, update, metrics);
      if (scored !== null) await store.rollouts.record(runId, { update, ...scored, summary: summaryOf(metrics) });
      if (checkpoint !== null) await store.checkpoints.record(runId, { update, checkpoint });
    },
    recordEvaluation: async ({ runId, update, split, scores, predictions }) => {
      const rows = await artifacts.getJson<Prediction[]>(predictions);
      await store.evaluations.record({ runId, update, split, scores, predictions, rows });
    },
    comparePolicies: async (input) => {
      const output = await comparePolicies(input, artifacts);
      const evaluations = await store.evaluations.list(input.runId);
      const idOf = (update: number): string | undefined =>
        evaluations.find((evaluation) => evaluation.split === 'test' && evaluation.update === update)?.id;
      const baseId = idOf(0);
      const finalId = idOf(input.finalUpdate);
      if (baseId === undefined || finalId === undefined)
        throw new Error(`run ${input.runId}: the evaluations to compare are not in the store`);
      await store.comparisons.record(input.runId, { baseId, finalId, ...output.comparison });
      return output;
    },
    finishRun: async (input) => {
      const { runId, status } = input;
      await store.runs.setStatus(
        runId,
        status,
        status === 'finished' ? { result: input.result } : { error: input.error },
      );
    },
  };
}

function summaryOf(metrics: Metrics): Metrics {
  return Object.fromEntries(
    summaryNames.flatMap((name) => (metrics[name] === undefined ? [] : [[name, metrics[name]]])),
  );
}
