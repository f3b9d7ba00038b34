/** A run whose completions are written by hand and scored by the real step on the built-in world, recorded in a real store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactStore,
  type Completion,
  DatasetConfig,
  type ExperimentConfig,
  type Group,
  type Prediction,
  type PrepareDatasetOutput,
  type ScoredRollout,
} from '@queryloop/contracts';
import { openStore, type Store } from '@queryloop/store';
import type { PreparedDataset } from '@queryloop/text-to-sql';
import { questionsByPrompt } from '../../activities/src/dataset-artifact.ts';
import { prepareDataset } from '../../activities/src/prepare-dataset.ts';
import { openScorer } from '../../activities/src/query-scorer.ts';
import { scoreCompletions } from '../../activities/src/score-completions.ts';
import { contextIn } from '../../activities/src/step-context.fixture.ts';
import { recordSteps } from '../../apps/worker/src/run-records.ts';

export interface ScoredRun {
  store: Store;
  artifacts: ArtifactStore;
  runId: string;
  prepared: PrepareDatasetOutput;
  dataset: PreparedDataset;
  /** Scores completions for the prompt at a place and records them as an update. */
  record(
    update: number,
    groups: readonly { prompt: number; texts: readonly string[] }[],
    how?: Habits,
  ): Promise<ScoredRollout[]>;
  close(): Promise<void>;
}

interface Habits {
  /** As a version before executions were kept would have recorded it. */
  older?: boolean;
  shards?: number;
}

/** Prompts with at least two questions; `texts` that begin with "proposed:" are proposals. */
export async function openScoredRun(config: ExperimentConfig): Promise<ScoredRun> {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-scored-'));
  const context = contextIn(folder);
  const { artifacts } = context;
  const store = await openStore({ folder, url: `file:${join(folder, 'store.db')}` });
  const steps = recordSteps(store, artifacts);
  const world = DatasetConfig.parse({ name: 'built-in-world' });
  const prepared = await prepareDataset({ dataset: world, database: 'sqlite' }, context);
  const dataset = await artifacts.getJson<PreparedDataset>(prepared.dataset);
  const prompts = [...questionsByPrompt(dataset.splits.train)].filter(([, questions]) => questions.length > 1);
  const runId = 'scored';
  await steps.startRun({ runId, config });
  await steps.recordDataset({ runId, prepared });

  return {
    store,
    artifacts,
    runId,
    prepared,
    dataset,
    record: async (update, groups, { older = false, shards = 1 } = {}) => {
      const all = groups.map(({ prompt: place, texts }): Group => {
        const [prompt, questions] = prompts[place] as [string, number[]];
        return { prompt, promptIds: [1], questions: questions.slice(0, 2), completions: texts.map(completionOf) };
      });
      const scored: ScoredRollout[] = [];
      for (let index = 0; index < shards; index++) {
        const own = all.filter((_, place) => place % shards === index);
        const rollout = await artifacts.putJson('rollout', { update, groups: own });
        const { reward, database } = config;
        const shard = { index, of: shards };
        const { metrics, executions, rewards } = await scoreCompletions(
          { dataset: prepared.dataset, rollout, update, previous: [], reward, database, shard },
          context,
        );
        scored.push({ rollout, rewards, ...(!older && executions && { executions }) });
        const kept = Object.entries(metrics).filter(([name]) => !older || !name.startsWith('outcomes/'));
        await steps.recordMetrics({
          ...{ runId, update, metrics: Object.fromEntries(kept), gradients: [], checkpoint: null },
          scored: [...scored],
        });
      }
      return scored;
    },
    close: async () => {
      await (await openScorer(dataset, 'train', 'sqlite', context)).close();
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function completionOf(written: string): Completion {
  const proposed = written.startsWith('proposed:');
  const text = proposed ? written.slice('proposed:'.length) : written;
  return { ids: [...text].map((c) => c.charCodeAt(0)), logProbs: [-0.5, -0.25], text, finished: true, proposed };
}

export const predictionOf = (correct: boolean): Prediction => ({
  question: 'q',
  type: 'count',
  answer: '1',
  sql: `SELECT ${Number(correct)}`,
  outcome: correct ? 'ok' : 'wrong',
  result: '1',
  correct,
  failed: false,
});
