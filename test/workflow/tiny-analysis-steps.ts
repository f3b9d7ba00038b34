/** Steps of analyses that compute next to nothing but keep the contracts, over a run of `updates` updates. */
import type {
  AnalysisCpuSteps,
  AnalysisPolicySteps,
  AnalysisRecordSteps,
  AnalysisSqlSteps,
  DataSteps,
  FinishAnalysisInput,
  PolicySteps,
  RecoverySteps,
  Scores,
  SqlSteps,
} from '@queryloop/contracts';
import { ExperimentConfig } from '@queryloop/contracts';
import { ref, refsIn, TinyArtifacts } from './tiny-artifacts.ts';

type TinyAnalysisSteps = AnalysisRecordSteps &
  AnalysisCpuSteps &
  AnalysisSqlSteps &
  AnalysisPolicySteps &
  RecoverySteps &
  Pick<SqlSteps, 'scoreCompletions'> &
  Pick<PolicySteps, 'evaluatePolicy'> &
  Pick<DataSteps, 'prepareDataset' | 'mergeEvaluations'>;

const scores: Scores = {
  ...{ n: 1, correct: 1, accuracy: 1, failed: 0, errorRate: 0, ems: 1, rems: 1, byType: {} },
};

export interface TinyAnalysis {
  steps: TinyAnalysisSteps;
  calls: { step: string; input: unknown }[];
  inputsOf<T>(step: string): T[];
  artifacts: TinyArtifacts;
  /** What was written down in the end. */
  finished: FinishAnalysisInput[];
  failed: { analysisId: string; error: string }[];
}

/** `oldUpTo`: updates up to it were stored by a version that kept no executions. `before` runs ahead of every step and may throw. */
export function tinyAnalysisSteps({
  updates = 40,
  shards = 1,
  oldUpTo = 0,
  before = async (_step: string, _input: unknown): Promise<void> => undefined,
} = {}): TinyAnalysis {
  const artifacts = new TinyArtifacts();
  const calls: TinyAnalysis['calls'] = [];
  const finished: FinishAnalysisInput[] = [];
  const failed: TinyAnalysis['failed'] = [];
  const config = ExperimentConfig.parse({});
  const scoredOf = (update: number) =>
    Array.from({ length: shards }, (_, shard) => ({
      rollout: ref('rollout', [update, shard]),
      rewards: ref('rewards', [update, shard]),
      ...(update > oldUpTo && { executions: ref('executions', ref('rollout', [update, shard])) }),
    }));
  const steps: TinyAnalysisSteps = {
    startAnalysis: async () => ({
      dataset: ref('dataset', 0),
      updates: Array.from({ length: updates }, (_, i) => i + 1),
    }),
    startReplay: async ({ settings: { update } }) => ({
      repeated: {
        ...{ update, config, previous: scoredOf(update - 1), snapshot: false, next: null },
        policy: { base: ref('checkpoint', 0), snapshot: ref('checkpoint', 0), update: update - 1, replay: [] },
      },
      dataset: { dataset: ref('dataset', 0), label: 'tiny', questions: {} },
      stored: { scored: scoredOf(update), metrics: {}, snapshot: null, next: null },
      threads: 1,
    }),
    gatherUpdates: async ({ updates: wanted }) =>
      wanted.map((update) => ({
        ...{ update, scaleRewards: 'group' as const, parts: scoredOf(update) },
        scoring: { previous: [], reward: config.reward, database: 'sqlite' },
      })),
    scoreCompletions: async ({ rollout }) => ({
      ...{ rewards: ref('rewards', rollout), executions: ref('executions', rollout), metrics: {} },
    }),
    rescoreUpdates: async (input) => ({ part: ref('analysis', input) }),
    perturbDatabase: async ({ seed }) => ({
      copies: ref('database', ['perturbed', seed]),
      perturbation: { copies: 3, columns: [] },
    }),
    auditUpdates: async (input) => ({ part: ref('analysis', input) }),
    replayUpdate: async ({ repeated: { update } }) => ({
      ...{ update, equal: true, largestDifference: 0, parts: [], seconds: 1 },
      from: { update: 0, snapshotHash: '0', replayed: update - 1 },
      metrics: { stored: {}, replayed: {}, largestDifference: 0 },
    }),
    prepareDataset: async (input) => ({
      ...{ dataset: ref('dataset', input), label: 'tiny', questions: {}, outsideData: { test: 2 } },
    }),
    evaluatePolicy: async (input) => ({ scores, predictions: ref('predictions', input) }),
    mergeEvaluations: async (input) => ({ scores, predictions: ref('predictions', input) }),
    finishAnalysis: async (input) => void finished.push(input),
    failAnalysis: async (input) => void failed.push(input),
    findProducer: async ({ artifact }) => artifacts.producerOf(artifact),
  };
  const queues = { sql: ['auditUpdates', 'scoreCompletions'], policy: ['replayUpdate', 'evaluatePolicy'] };
  const queueOf = (step: string) => (['sql', 'policy'] as const).find((queue) => queues[queue].includes(step)) ?? 'cpu';
  const makers = [
    'scoreCompletions',
    'rescoreUpdates',
    'perturbDatabase',
    'auditUpdates',
    'prepareDataset',
    'evaluatePolicy',
  ];
  const watched = Object.fromEntries(
    Object.entries(steps).map(([step, body]) => [
      step,
      async (input: unknown) => {
        calls.push({ step, input });
        await before(step, input);
        if (step !== 'findProducer') artifacts.require(input);
        const output = await (body as (input: unknown) => Promise<unknown>)(input);
        if (makers.includes(step) && refsIn(output).length > 0)
          artifacts.made(output, { queue: queueOf(step), step, input });
        return output;
      },
    ]),
  );
  const inputsOf = <T>(step: string): T[] => calls.filter((call) => call.step === step).map(({ input }) => input as T);
  return { steps: watched as unknown as TinyAnalysisSteps, calls, inputsOf, artifacts, finished, failed };
}
