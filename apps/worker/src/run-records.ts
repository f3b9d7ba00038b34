/** The steps that write what runs and sweeps did to the store, or read it to go on. All of them may be repeated: said twice is said once. */
import type { ArtifactStore, RecordSteps } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import { compareRecorded } from './records/compare-recorded.ts';
import { pruneCheckpoints } from './records/prune-checkpoints.ts';
import { recordEvaluation, recordMetrics } from './records/record-updates.ts';
import { restoreRun } from './records/restore-run.ts';
import { startRun } from './records/start-run.ts';
import { startSweep } from './records/start-sweep.ts';

export function recordSteps(store: Store, artifacts: ArtifactStore): RecordSteps {
  return {
    startRun: (input) => startRun(store, input),
    restoreRun: (input) => restoreRun(store, input),
    setRunStatus: ({ runId, status }) => store.runs.setStatus(runId, status),
    recordDataset: async ({ runId, prepared }) => {
      await store.datasets.record(prepared);
      await store.runs.setDataset(runId, prepared.dataset.hash);
    },
    recordMetrics: (input) => recordMetrics(store, input),
    recordEvaluation: (input) => recordEvaluation(store, artifacts, input),
    pruneCheckpoints: (input) => pruneCheckpoints(store, artifacts, input),
    comparePolicies: (input) => compareRecorded(store, artifacts, input),
    finishRun: async (input) => {
      const { runId, status } = input;
      const said = status === 'finished' ? { result: input.result } : { error: input.error };
      await store.runs.setStatus(runId, status, said);
    },
    startSweep: (input) => startSweep(store, input),
    finishSweep: ({ sweepId, status, result }) => store.sweeps.finish(sweepId, status, result),
  };
}
