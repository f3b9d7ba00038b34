/** A dataset and a policy small enough to train in a test: the built-in world, and a few steps of warm start. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ExperimentConfig,
  prepareDatasetInput,
  type StepContext,
  type StepProgress,
  warmStartInput,
} from '@queryloop/contracts';
import { prepareDataset } from './prepare-dataset.ts';
import { releasePolicies } from './resident-policy.ts';
import { contextIn } from './step-context.fixture.ts';
import { type RunState, startOf } from './steps-in-a-row.fixture.ts';
import { warmStart } from './warm-start.ts';

export interface SmallRun {
  context: StepContext;
  start: RunState;
  /** Progress reported so far. */
  reports: StepProgress[];
  close(): Promise<void>;
}

type Settings = Partial<
  Record<'policy' | 'warmStart' | 'grpo' | 'rollout' | 'reward' | 'checkpoints' | 'evaluation', Record<string, unknown>>
>;

/** Config of a run of the small policy; no snapshots unless asked for. */
export function smallConfig({
  policy,
  warmStart: learning,
  grpo,
  rollout,
  ...rest
}: Settings & { shards?: number } = {}): ExperimentConfig {
  return ExperimentConfig.parse({
    dataset: { name: 'built-in-world' },
    policy: {
      ...{ hiddenSize: 32, layers: 1, heads: 2, keyValueHeads: 2, feedForwardSize: 48, vocabularySize: 400 },
      ...policy,
    },
    warmStart: { steps: 12, batchSize: 16, optimizer: { learningRate: 0.01, warmupSteps: 2 }, ...learning },
    checkpoints: { everyUpdates: 1000 },
    evaluation: { everyUpdates: 1000 },
    ...rest,
    rollout: { promptsPerUpdate: 8, groupSize: 4, questionsPerPrompt: 2, maxTokens: 16, ...rollout },
    grpo: { updates: 900, ...grpo },
  });
}

export async function openSmallRun(config = smallConfig()): Promise<SmallRun> {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-run-'));
  const reports: StepProgress[] = [];
  const context: StepContext = { ...contextIn(folder), progress: (update) => reports.push(update) };
  const prepared = await prepareDataset(prepareDatasetInput(config), context);
  const { checkpoint } = await warmStart(warmStartInput(config, prepared.dataset), context);
  return {
    context,
    start: startOf(prepared, checkpoint),
    reports,
    close: async () => {
      await releasePolicies();
      rmSync(folder, { recursive: true });
    },
  };
}
