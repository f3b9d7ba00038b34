/** Steps behind a real step cache and artifact store: what is reused, what is computed again, and what is shared. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDataset } from '@queryloop/activities/prepare-dataset';
import {
  type ArtifactRef,
  ExperimentConfig,
  type PrepareDatasetOutput,
  prepareDatasetInput,
} from '@queryloop/contracts';
import { openArtifacts, openStepCache } from '@queryloop/store/artifacts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { StepControl } from './activity.ts';
import { recoverySteps } from './find-producer.ts';
import { type CachedSteps, cachedSteps, type StepCacheSettings } from './step-cache.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'queryloop-step-cache-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const warnings: string[] = [];
/** A worker of its own on the same folder. */
const open = (settings: Partial<StepCacheSettings> = {}): CachedSteps =>
  cachedSteps({
    cache: openStepCache(home, {}),
    artifacts: openArtifacts(home, {}),
    cacheFolder: home,
    codeVersion: '1',
    fingerprint: async () => null,
    warn: (message) => warnings.push(message),
    ...settings,
  });

const control = (signal = new AbortController().signal): StepControl => ({
  progress: () => undefined,
  alive: () => undefined,
  signal,
});

let computed = 0;
const compute =
  (content: unknown = 'rollout') =>
  async (): Promise<{ rollout: ArtifactRef; metrics: object }> => {
    computed += 1;
    return { rollout: await openArtifacts(home, {}).putJson('rollout', content), metrics: { reward: 0.5 } };
  };
beforeEach(() => {
  computed = 0;
  warnings.length = 0;
});

test('a step is done once, by whichever worker; another input, step, code or outside file is another step', async () => {
  const first = await open().run('generateRollout', { seed: 1, update: 2 }, control(), compute());
  expect(first.reused).toBe(false);
  const again = await open().run('generateRollout', { update: 2, seed: 1 }, control(), compute());
  expect(again).toEqual({ output: first.output, reused: true });
  expect(computed).toBe(1);

  const input = { seed: 1, update: 2 };
  const others = [
    open().run('generateRollout', { ...input, seed: 2 }, control(), compute()),
    open().run('updatePolicy', input, control(), compute()),
    open({ codeVersion: '2' }).run('generateRollout', input, control(), compute()),
    open({ fingerprint: async () => 'file' }).run('generateRollout', input, control(), compute()),
  ];
  expect((await Promise.all(others)).map(({ reused }) => reused)).toEqual([false, false, false, false]);
});

test('a step whose artifact is gone is computed again, and is known as its producer', async () => {
  const { output } = await open().run('generateRollout', { seed: 1 }, control(), compute());
  const { rollout } = output as { rollout: ArtifactRef };
  await openArtifacts(home, {}).remove(rollout);
  expect(await open().lookUp('generateRollout', { seed: 1 }, control())).toBeNull();
  expect(await recoverySteps(openStepCache(home, {})).findProducer({ artifact: rollout })).toEqual({
    queue: 'policy',
    step: 'generateRollout',
    input: { seed: 1 },
  });
  expect(await open().run('generateRollout', { seed: 1 }, control(), compute())).toEqual({ output, reused: false });
  expect(await openArtifacts(home, {}).has(rollout)).toBe(true);
  expect(warnings).toEqual([]);
  expect(await open().lookUp('generateRollout', { seed: 1 }, control())).toEqual(output);
});

test('a database that a dataset names is made again with the dataset, though that is there', async () => {
  const artifacts = openArtifacts(home, {});
  const input = prepareDatasetInput(ExperimentConfig.parse({ dataset: { name: 'built-in-world' } }));
  const prepare = (shared: StepControl): Promise<PrepareDatasetOutput> =>
    prepareDataset(input, { ...shared, artifacts, cacheFolder: home });
  const { output } = await open().run('prepareDataset', input, control(), prepare);
  const { dataset } = output as PrepareDatasetOutput;
  const { splits } = await artifacts.getJson<{ splits: { dev: { database: ArtifactRef } } }>(dataset);
  const { database } = splits.dev;
  await artifacts.remove(database);
  expect(await recoverySteps(openStepCache(home, {})).findProducer({ artifact: database })).toMatchObject({
    step: 'prepareDataset',
    input,
  });
  expect(await open().run('prepareDataset', input, control(), prepare)).toEqual({ output, reused: false });
  expect(await artifacts.has(database)).toBe(true);
});

test('nobody made an artifact that no step gave, nor one of a step that this version does not know', async () => {
  const { findProducer } = recoverySteps(openStepCache(home, {}));
  const artifact = await openArtifacts(home, {}).putJson('rollout', 'by hand');
  expect(await findProducer({ artifact })).toBeNull();
  const { output } = await open().run('anOldStep', {}, control(), compute());
  expect(await findProducer({ artifact: (output as { rollout: ArtifactRef }).rollout })).toBeNull();
});

test('says so when the same input gives other artifacts, and keeps the new ones', async () => {
  const { output } = await open().run('generateRollout', { seed: 1 }, control(), compute('one'));
  const before = (output as { rollout: ArtifactRef }).rollout;
  await openArtifacts(home, {}).remove(before);
  const now = await open().run('generateRollout', { seed: 1 }, control(), compute('two'));
  const { rollout: after } = now.output as { rollout: ArtifactRef };
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain(before.hash);
  expect(warnings[0]).toContain(after.hash);
  expect(await open().lookUp('generateRollout', { seed: 1 }, control())).toEqual(now.output);
});

test('a step without a fingerprint is never reused, and known as the producer of what it made', async () => {
  const steps = open({ fingerprint: async () => undefined });
  const { output } = await steps.run('prepareDataset', {}, control(), compute());
  const { rollout: artifact } = output as { rollout: ArtifactRef };
  const producer = await recoverySteps(openStepCache(home, {})).findProducer({ artifact });
  expect(producer).toEqual({ queue: 'cpu', step: 'prepareDataset', input: {} });
  expect((await steps.run('prepareDataset', {}, control(), compute())).reused).toBe(false);
  expect(await steps.lookUp('prepareDataset', {}, control())).toBeNull();
  expect(computed).toBe(2);
});

test('equal steps at the same time share one computation, its progress and its failure', async () => {
  const steps = open();
  const seen: number[] = [];
  const listening = (): StepControl => ({ ...control(), progress: ({ done }) => seen.push(done) });
  const slow = async (shared: StepControl): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    shared.progress({ phase: 'slow', done: 7, total: 9 });
    return await compute()();
  };
  const results = await Promise.all([1, 2, 3].map(() => steps.run('warmStart', {}, listening(), slow)));
  expect(computed).toBe(1);
  expect(results.map(({ reused }) => reused).sort()).toEqual([false, true, true]);
  expect(seen).toEqual([7, 7, 7]);

  const failing = async (): Promise<never> => {
    await new Promise((resolve) => setTimeout(resolve, 50));
    throw new Error('lost connection');
  };
  const failures = await Promise.allSettled([1, 2].map(() => steps.run('warmStart', { n: 2 }, control(), failing)));
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect((await steps.run('warmStart', { n: 2 }, control(), compute())).reused).toBe(false);
});

test('a shared computation goes on while anybody waits for it, and is stopped with the last', async () => {
  const steps = open();
  const aborts = [new AbortController(), new AbortController()];
  let stopped = false;
  const untilAborted = (shared: StepControl): Promise<never> =>
    new Promise((_, reject) =>
      shared.signal.addEventListener('abort', () => {
        stopped = true;
        reject(shared.signal.reason as Error);
      }),
    );
  const runs = aborts.map(({ signal }) => steps.run('warmStart', {}, control(signal), untilAborted));
  const outcomes = runs.map((run) => run.catch((error: Error) => error.message));
  await new Promise((resolve) => setTimeout(resolve, 50));
  aborts[0]?.abort(new Error('first left'));
  expect(await outcomes[0]).toBe('first left');
  expect(stopped).toBe(false);
  aborts[1]?.abort(new Error('second left'));
  expect(await outcomes[1]).toBe('second left');
  expect(stopped).toBe(true);
  expect((await steps.run('warmStart', {}, control(), compute())).reused).toBe(false);
});
