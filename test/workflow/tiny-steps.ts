/** Steps that compute next to nothing but keep the contracts: what the workflow is tested with, on a real server. */
import { createHash } from 'node:crypto';
import type {
  ArtifactKind,
  ArtifactRef,
  CpuSteps,
  PairedComparison,
  PolicySteps,
  Scores,
  SqlSteps,
} from '@queryloop/contracts';

export type TinySteps = CpuSteps & PolicySteps & SqlSteps;

/** What the tiny steps were called with, in order. */
export interface StepLog {
  calls: { step: string; input: unknown }[];
  inputsOf<T>(step: string): T[];
}

function ref(kind: ArtifactKind, content: unknown): ArtifactRef {
  return { kind, hash: createHash('sha256').update(JSON.stringify(content)).digest('hex'), bytes: 1 };
}

function scores(correct: number, n = 100): Scores {
  return {
    n,
    correct,
    accuracy: correct / n,
    failed: 0,
    errorRate: 0,
    ems: correct / n,
    rems: correct / n,
    byType: {},
  };
}

/**
 * Tiny steps and the log of their calls. `devCorrect` gives the number of right answers on dev (of 100) by update;
 * `before` runs ahead of every step and may throw.
 */
export function tinySteps({
  devCorrect = (update: number) => Math.min(update, 100),
  before = async (_step: string, _input: unknown): Promise<void> => undefined,
} = {}): { steps: TinySteps; log: StepLog } {
  const log: StepLog = {
    calls: [],
    inputsOf: <T>(step: string) => log.calls.filter((call) => call.step === step).map(({ input }) => input as T),
  };
  const comparison: PairedComparison = { points: 10, ci95: [5, 15], mcnemarP: 0.01 };
  const steps: TinySteps = {
    startRun: async () => undefined,
    prepareDataset: async () => ({ dataset: ref('dataset', 0), label: 'tiny', questions: { dev: 100, test: 100 } }),
    warmStart: async ({ seed }) => ({ checkpoint: ref('checkpoint', seed), metrics: { warm_start_loss: 1 } }),
    evaluatePolicy: async ({ split, policy }) => ({
      scores: scores(split === 'dev' ? devCorrect(policy.update) : 50 + Math.min(policy.update, 50)),
      predictions: ref('predictions', [split, policy.update]),
    }),
    generateRollout: async ({ update, policy }) => ({
      rollout: ref('rollout', [update, policy]),
      metrics: { tokens_per_second: 1 },
    }),
    scoreCompletions: async ({ rollout }) => ({ rewards: ref('rewards', rollout), metrics: { reward: 0.5 } }),
    updatePolicy: async ({ policy, scored, update, snapshot }) => ({
      policy: snapshot
        ? { base: policy.base, snapshot: ref('checkpoint', [policy, scored]), update, replay: [] }
        : { base: policy.base, snapshot: policy.snapshot, update, replay: [...policy.replay, scored] },
      metrics: { loss: 0.1 },
    }),
    recordDataset: async () => undefined,
    recordMetrics: async () => undefined,
    recordEvaluation: async () => undefined,
    comparePolicies: async () => ({ comparison, examples: [] }),
    finishRun: async () => undefined,
  };
  const logged = Object.fromEntries(
    Object.entries(steps).map(([step, body]) => [
      step,
      async (input: unknown) => {
        log.calls.push({ step, input });
        await before(step, input);
        return await (body as (input: unknown) => Promise<unknown>)(input);
      },
    ]),
  );
  return { steps: logged as unknown as TinySteps, log };
}
