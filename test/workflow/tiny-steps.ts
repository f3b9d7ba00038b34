/** Steps that compute next to nothing but keep the contracts: what the workflows are tested with, on a real server. */
import type {
  CpuSteps,
  EvaluatePolicyOutput,
  PairedComparison,
  PolicySteps,
  Scores,
  SqlSteps,
  TaskQueue,
} from '@queryloop/contracts';
import { ref, TinyArtifacts } from './tiny-artifacts.ts';
import { TinyStore } from './tiny-store.ts';

export type TinySteps = CpuSteps & PolicySteps & SqlSteps;

/** What the tiny steps were called with, in order. */
export interface StepLog {
  calls: { step: string; input: unknown }[];
  inputsOf<T>(step: string): T[];
}

export interface TinyWorld {
  steps: TinySteps;
  log: StepLog;
  store: TinyStore;
  artifacts: TinyArtifacts;
}

function scores(correct: number, n = 100): Scores {
  const accuracy = correct / n;
  return { n, correct, accuracy, failed: 0, errorRate: 0, ems: accuracy, rems: accuracy, byType: {} };
}

const queueOf = (step: string): TaskQueue =>
  step === 'scoreCompletions'
    ? 'sql'
    : ['warmStart', 'generateRollout', 'computeGradient', 'updatePolicy', 'snapshotPolicy', 'evaluatePolicy'].includes(
          step,
        )
      ? 'policy'
      : 'cpu';

/**
 * Tiny steps and the log of their calls. `devCorrect` gives the number of right answers on dev (of 100) by update and by the
 * learning rate, which tiny trials are told apart by; `before` runs ahead of every step and may throw; `after` may change what
 * a step gives.
 */
export function tinySteps({
  devCorrect = (update: number, _learningRate: number) => Math.min(update, 100),
  before = async (_step: string, _input: unknown): Promise<void> => undefined,
  after = (_step: string, output: unknown): unknown => output,
} = {}): TinyWorld {
  const store = new TinyStore();
  const artifacts = new TinyArtifacts();
  const log: StepLog = {
    calls: [],
    inputsOf: <T>(step: string) => log.calls.filter((call) => call.step === step).map(({ input }) => input as T),
  };
  const comparison: PairedComparison = { points: 10, ci95: [5, 15], mcnemarP: 0.01 };
  const steps: TinySteps = {
    startRun: async (input) => store.startRun(input),
    restoreRun: async ({ from }) => store.restore(from),
    setRunStatus: async ({ runId, status }) => store.setStatus(runId, status),
    prepareDataset: async () => ({ dataset: ref('dataset', 0), label: 'tiny', questions: { dev: 100, test: 100 } }),
    warmStart: async ({ seed }) => ({ checkpoint: ref('checkpoint', seed), metrics: { warm_start_loss: 1 } }),
    evaluatePolicy: async ({ split, policy, grpo, shard }) => ({
      scores: scores(
        split === 'dev' ? devCorrect(policy.update, grpo.optimizer.learningRate) : 50 + Math.min(policy.update, 50),
      ),
      predictions: ref('predictions', [split, policy, shard]),
    }),
    mergeEvaluations: async ({ parts }) => ({
      scores: (parts[0] as EvaluatePolicyOutput).scores,
      predictions: ref('predictions', parts),
    }),
    generateRollout: async ({ update, policy, previous, grpo, shard }) => ({
      rollout: ref('rollout', [update, policy, previous, grpo.optimizer.learningRate, shard]),
      metrics: { num_tokens: 10 + shard.index, num_completions: 4 },
      samplingSeconds: 0,
    }),
    scoreCompletions: async ({ rollout, previous }) => ({
      rewards: ref('rewards', [rollout, previous]),
      metrics: { reward: 0.5 },
    }),
    computeGradient: async ({ policy, scored, iteration, applied, shard }) => ({
      gradient: ref('gradient', [policy, scored, iteration, applied, shard]),
      ...{ loss: 0.1, sums: [], samplerLogProbGap: 0 },
    }),
    reduceGradients: async ({ parts }) => ({
      gradient: ref('gradient', parts),
      ...{ loss: 0.1, sums: [], samplerLogProbGap: 0 },
    }),
    updatePolicy: async ({ policy, scored, gradients, update, snapshot, grpo }) => {
      const applied = {
        scored: gradients.length === 0 ? scored : [],
        gradients: gradients.flatMap((g) => g.gradient ?? []),
      };
      const replay = [...policy.replay, applied];
      return {
        policy: snapshot
          ? { base: policy.base, snapshot: ref('checkpoint', [policy.snapshot, replay]), update, replay: [] }
          : { base: policy.base, snapshot: policy.snapshot, update, replay },
        metrics: { loss: Number.parseInt(ref('gradient', [replay, grpo.optimizer.learningRate]).hash.slice(0, 8), 16) },
      };
    },
    snapshotPolicy: async ({ policy: { base, snapshot, update, replay } }) => ({
      policy: { base, snapshot: ref('checkpoint', [snapshot, replay]), update, replay: [] },
    }),
    recordDataset: async () => undefined,
    recordMetrics: async (input) => store.recordMetrics(input),
    recordEvaluation: async (input) => store.recordEvaluation(input),
    pruneCheckpoints: async () => undefined,
    comparePolicies: async () => ({ comparison, examples: [] }),
    finishRun: async ({ runId, status, ...rest }) => store.setStatus(runId, status, rest),
    startSweep: async (input) => store.sweepRuns(input),
    finishSweep: async () => undefined,
    findProducer: async ({ artifact }) => artifacts.producerOf(artifact),
  };
  const logged = Object.fromEntries(
    Object.entries(steps).map(([step, body]) => [
      step,
      async (input: unknown) => {
        log.calls.push({ step, input });
        await before(step, input);
        if (step !== 'findProducer') artifacts.require(input);
        const output = after(step, await (body as (input: unknown) => Promise<unknown>)(input));
        if (!isLookUp(step)) artifacts.made(output, { queue: queueOf(step), step, input });
        return output;
      },
    ]),
  );
  return { steps: logged as unknown as TinySteps, log, store, artifacts };
}

/** Steps that tell of artifacts without making them. */
const isLookUp = (step: string): boolean => ['findProducer', 'restoreRun', 'startSweep'].includes(step);
