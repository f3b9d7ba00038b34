/** Writes what a run did to the store: run, updates, evaluations, comparison, and every attempt at a step. All of it idempotent. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ArtifactStore, ComparePoliciesInput, CpuSteps, FinishRunInput, RecordEvaluationInput, RecordMetricsInput, StartRunInput } from '@queryloop/contracts';
import { comparePolicies } from './compare-policies.ts';

export interface RunRecords {
  steps: Omit<CpuSteps, 'prepareDataset'>;
  stepStarted(attempt: StepAttempt): Promise<void>;
  stepEnded(attempt: StepAttempt, error: string | null): Promise<void>;
  close(): Promise<void>;
}

export interface StepAttempt {
  runId: string;
  step: string;
  key: string;
  attempt: number;
}

export async function openRunRecords(home: string, artifacts: ArtifactStore): Promise<RunRecords> {
  mkdirSync(home, { recursive: true });
  const write = async (kind: string, value: unknown): Promise<void> => appendFileSync(join(home, 'records.jsonl'), `${JSON.stringify([kind, value])}\n`);
  return {
    steps: {
      startRun: (i: StartRunInput) => write('start', i),
      recordMetrics: (i: RecordMetricsInput) => write('metrics', i),
      recordEvaluation: (i: RecordEvaluationInput) => write('evaluation', i),
      comparePolicies: async (i: ComparePoliciesInput) => comparePolicies(i, artifacts),
      finishRun: (i: FinishRunInput) => write('finish', i),
    },
    stepStarted: (a) => write('step', a),
    stepEnded: (a, e) => write('stepEnd', [a, e]),
    close: async () => undefined,
  };
}
