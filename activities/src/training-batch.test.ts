/** Completions that a server sampled: equal ones share a row, and the loss is that of the rows apart. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Completion, ExperimentConfig, type Rewards, type Rollout } from '@queryloop/contracts';
import { importanceWeights } from '@queryloop/grpo';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { loadTrainingBatch } from './training-batch.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'queryloop-batch-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const completion = (ids: number[], gap?: (number | null)[]): Completion => ({
  ids,
  logProbs: ids.map(() => -1),
  ...(gap && { samplingLogProbs: gap.map((each) => (each === null ? null : -1 - each)) }),
  text: ids.join(' '),
  finished: true,
});

async function rowsOf(completions: Completion[], rewards: number[], correction: object) {
  const artifacts = openLocalArtifactStore(folder);
  const rollout: Rollout = { update: 1, groups: [{ prompt: 'p', promptIds: [1], questions: [0], completions }] };
  const scored: Rewards = { update: 1, rewards: [rewards], solved: {}, found: {} };
  const { grpo } = ExperimentConfig.parse({
    rollout: { server: { url: 'http://host/v1', model: 'm' } },
    grpo: { importanceCorrection: correction },
  });
  const refs = {
    rollout: await artifacts.putJson('rollout', rollout),
    rewards: await artifacts.putJson('rewards', scored),
  };
  return (await loadTrainingBatch([refs], grpo, { artifacts })).active.flatMap(({ rows }) => rows);
}

it('weighs a row by the mean of the completions it stands for', async () => {
  const twins = [completion([5, 6], [0.1, 0.2]), completion([5, 6], [0.3, null]), completion([5, 6], [-0.5, 4])];
  const correction = { mode: 'token_truncate', cap: 2 } as const;
  const [row, other] = await rowsOf([...twins, completion([7], [0])], [1, 1, 1, 0], correction);
  expect(row?.multiplicity).toBe(3);
  const apart = twins.map((each) =>
    importanceWeights({ ...each, samplingLogProbs: each.samplingLogProbs ?? [] }, correction),
  );
  row?.importance?.forEach((weight, t) => {
    expect(weight).toBeCloseTo(apart.reduce((sum, weights) => sum + (weights[t] ?? 0), 0) / 3, 12);
  });
  expect(other).toMatchObject({ multiplicity: 1, importance: [1] });
});

it('has one weight for a completion with a correction of sequences, and none for what the policy or the grammar wrote', async () => {
  const rows = await rowsOf([completion([5, 6], [0.5, 0.25]), completion([5, 6]), completion([8])], [1, 1, 0], {
    mode: 'sequence_truncate',
  });
  expect(rows.map(({ importance }) => importance)).toEqual([[Math.exp(0.75)], undefined, undefined]);
  const uncorrected = await rowsOf([completion([5], [1]), completion([6], [1])], [1, 0], { mode: 'none' });
  expect(uncorrected.map(({ importance }) => importance)).toEqual([undefined, undefined]);
});
