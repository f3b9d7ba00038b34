import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExperimentConfig } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from '../open-store.ts';

let store: Store;
const folder = mkdtempSync(join(tmpdir(), 'queryloop-timeline-'));
const config = ExperimentConfig.parse({ name: 'timed', seed: 1 });

beforeAll(async () => {
  store = await openStore({ folder, url: `file:${join(folder, 'store.db')}` });
  await store.runs.create({ id: 'run', config });
  await store.runs.create({ id: 'seed-2', config: { ...config, seed: 2 } });
  await store.runs.create({ id: 'other', config: { ...config, shards: 2 } });
  for (let update = 1; update <= 6; update++) {
    await store.steps.record('run', {
      update,
      name: 'generateRollout',
      seconds: 2,
      output: { big: 'x' },
      attempts: update === 3 ? 2 : 1,
      reused: update === 5,
    });
    await store.steps.record('run', { update, name: 'updatePolicy', seconds: 1, output: {} });
  }
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

test('steps come in pages, oldest or newest update first, without their outputs', async () => {
  const first = await store.timeline.page('run', { limit: 3 });
  expect(first.total).toBe(12);
  expect(first.items.map(({ update, name }) => `${update} ${name}`)).toEqual([
    '1 generateRollout',
    '1 updatePolicy',
    '2 generateRollout',
  ]);
  expect(first.items[0]).not.toHaveProperty('output');
  const last = await store.timeline.page('run', { limit: 2, offset: 10, newest: true });
  expect(last.items.map(({ update }) => update)).toEqual([1, 1]);
  const some = await store.timeline.page('run', { limit: 50, from: 2, to: 3 });
  expect(some).toMatchObject({ total: 4 });
});

test('retried and reused steps are found and counted', async () => {
  const retried = await store.timeline.page('run', { only: 'retried', limit: 10 });
  expect(retried.items.map(({ update, attempts }) => [update, attempts])).toEqual([[3, 2]]);
  const reused = await store.timeline.page('run', { only: 'reused', limit: 10 });
  expect(reused.items.map(({ update }) => update)).toEqual([5]);
  expect(await store.timeline.summary('run')).toMatchObject({ steps: 12, retried: 1, reused: 1 });
  expect(await store.timeline.secondsByName('run')).toContainEqual({ name: 'generateRollout', steps: 6, seconds: 12 });
});

test('a time is told by the update that was worked on then', async () => {
  const { items } = await store.timeline.page('run', { limit: 50 });
  const before = new Date((items[0]?.finishedAt.getTime() ?? 0) - 1);
  expect(await store.timeline.updatesAt('run', [before, new Date(Date.now() + 1000)])).toEqual([1, 6]);
  expect(await store.timeline.updatesAt('other', [before])).toEqual([0]);
  expect((await store.timeline.lastUpdates('run', 2)).map(({ update }) => update)).toEqual([6, 5]);
});

test('relatives are the branches of a run and the other seeds of its experiment', async () => {
  expect((await store.relatives.sameExperiment('run')).map(({ id }) => id)).toEqual(['run', 'seed-2']);
  expect(await store.relatives.sameExperiment('nobody')).toEqual([]);
  await store.runs.branch(
    { id: 'branch', config: { ...config, grpo: { ...config.grpo, beta: 0.1 } } },
    { parent: { runId: 'run', update: 0 }, changes: [] },
  );
  expect(await store.relatives.branches('run')).toMatchObject([
    { id: 'branch', name: 'timed', seed: 1, status: 'running', parentUpdate: 0 },
  ]);
});
