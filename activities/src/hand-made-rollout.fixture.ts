/** Rollouts of given queries on the built-in world, scored as a run's are: for tests of what looks at them afterwards. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactRef,
  DatasetConfig,
  type ExecutedRollout,
  type Metrics,
  RewardConfig,
  type Rollout,
  type Shard,
  type StepContext,
} from '@queryloop/contracts';
import { loadDataset, type PreparedDataset } from './dataset-artifact.ts';
import { closeCopies } from './grounding/open-copies.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { openScorer } from './query-scorer.ts';
import { scoreCompletions } from './score-completions.ts';
import { contextIn } from './step-context.fixture.ts';

/** Train questions (indexes) with the queries written for them; those of `proposed` were drawn from the grammar. */
export interface HandMadeGroup {
  questions: number[];
  queries: string[];
  proposed?: string[];
}

export interface HandMadeSettings {
  update?: number;
  reward?: object;
  shard?: Shard;
}

export interface HandMadeWorld {
  context: StepContext;
  ref: ArtifactRef;
  dataset: PreparedDataset;
  /** Index of the first train question that fits. */
  question(fits: (question: PreparedDataset['splits']['train']['questions'][number]) => boolean): number;
  score(groups: HandMadeGroup[], settings?: HandMadeSettings): Promise<ExecutedRollout>;
  /** The same with the metrics. */
  scoreWith(groups: HandMadeGroup[], settings?: HandMadeSettings): Promise<ExecutedRollout & { metrics: Metrics }>;
  close(): Promise<void>;
}

export async function openHandMadeWorld(): Promise<HandMadeWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-hand-made-'));
  const context = contextIn(folder);
  const prepared = await prepareDataset(
    { dataset: DatasetConfig.parse({ name: 'built-in-world' }), database: 'sqlite' },
    context,
  );
  const ref = prepared.dataset;
  const dataset = await loadDataset(ref, context);
  const scoreWith: HandMadeWorld['scoreWith'] = async (
    groups,
    { update = 1, reward = {}, shard = { index: 0, of: 1 } } = {},
  ) => {
    const completion = (text: string) => ({ ids: [1], logProbs: [0], text, finished: true });
    const rollout: Rollout = {
      update,
      groups: groups.map(({ questions, queries, proposed = [] }) => ({
        prompt: dataset.splits.train.questions[questions[0] ?? -1]?.prompt ?? '',
        promptIds: [1],
        questions,
        completions: [...queries.map(completion), ...proposed.map((text) => ({ ...completion(text), proposed: true }))],
      })),
    };
    const stored = await context.artifacts.putJson('rollout', rollout);
    const input = { dataset: ref, rollout: stored, update, previous: [], database: 'sqlite', shard };
    const scored = await scoreCompletions({ ...input, reward: RewardConfig.parse(reward) }, context);
    return {
      rollout: stored,
      rewards: scored.rewards,
      executions: scored.executions as ArtifactRef,
      metrics: scored.metrics,
    };
  };
  return {
    context,
    ref,
    dataset,
    question: (fits) => {
      const index = dataset.splits.train.questions.findIndex(fits);
      if (index < 0) throw new Error('no such question in the built-in world');
      return index;
    },
    score: async (groups, settings) => {
      const { metrics: _, ...executed } = await scoreWith(groups, settings);
      return executed;
    },
    scoreWith,
    close: async () => {
      await closeCopies();
      await (await openScorer(dataset, 'train', 'sqlite', context)).close();
      rmSync(folder, { recursive: true });
    },
  };
}
