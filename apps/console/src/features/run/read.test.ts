import { ExperimentConfig, type RunResult } from '@queryloop/contracts';
import { openBench } from '@queryloop/worker/open-bench.fixture';
import { recordBaseline, recordUpdates } from '@queryloop/worker/recorded-run.fixture';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { knownRun, readRun } from './read.ts';
import { artifactFile, artifactFiles, artifactOf, readArtifacts } from './read-artifacts.ts';
import { readConfig } from './read-config.ts';
import { exportPredictions, predictionsCsv, readEvaluations, readPredictions } from './read-evaluations.ts';
import { RunDetail } from './schemas.ts';

const bench = openBench();
const config = ExperimentConfig.parse({
  name: 'recorded',
  seed: 4,
  database: 'mysql://queryloop:secret@db.example:3306/',
  grpo: { updates: 8 },
  evaluation: { everyUpdates: 2 },
  checkpoints: { everyUpdates: 2 },
});

beforeAll(async () => {
  const { steps } = bench();
  await steps.startRun({ runId: 'run', config });
  const state = await recordBaseline(bench(), 'run', config);
  await recordUpdates(bench(), 'run', config, state, 6);
});

const run = async () => await knownRun(bench().store, 'run');

test('a run that goes on shows its best on dev so far, with intervals and what changed', async () => {
  const detail = RunDetail.parse(await readRun(bench().store, 'run', null));
  expect(detail).toMatchObject({
    name: 'recorded',
    seed: 4,
    status: 'running',
    update: 6,
    updates: 8,
    comparison: null,
  });
  expect(detail.base).toMatchObject({ split: 'dev', update: 0, accuracy: 0.2, n: 10 });
  expect(detail.best).toMatchObject({ split: 'dev', update: 6, accuracy: 0.8 });
  const [low, high] = detail.best?.accuracyCi95 ?? [1, 0];
  expect(low).toBeGreaterThan(0.4);
  expect(high).toBeLessThan(0.98);
  expect(detail.examples).not.toHaveLength(0);
  expect(detail.examples.every(({ before, after }) => !before.correct && after.correct)).toBe(true);
  expect(detail.time.find(({ step }) => step === 'updatePolicy')).toEqual({
    step: 'updatePolicy',
    steps: 6,
    seconds: 6,
  });
  expect(detail.tokens).toBe(101 + 102 + 103 + 104 + 105 + 106);
});

test('what Temporal says is told; a run it does not know, and its silence, are told apart', async () => {
  const silent = await readRun(bench().store, 'run', async () => Promise.reject(new Error('no connection')));
  expect(silent.now).toBeNull();
  expect(silent.nowProblem).toContain('Temporal does not answer');
  const lost = await readRun(bench().store, 'run', async () => null);
  expect(lost.now?.execution).toBe('unknown');
});

test('an unknown run is refused with a way out', async () => {
  await expect(readRun(bench().store, 'nobody', null)).rejects.toMatchObject({
    status: 404,
    message: 'run nobody is not known here',
  });
});

test('notes, tags, what people did and relatives come along', async () => {
  const { store, steps } = bench();
  await store.notes.add('run', 'looks <b>good</b>');
  await store.notes.tag('run', 'paper');
  await store.actions.record({ subject: 'run', name: 'pause', actor: 'ann', detail: 'Paused' });
  await steps.startRun({ runId: 'run-seed-5', config: { ...config, seed: 5 } });
  const detail = await readRun(store, 'run', null);
  expect(detail.notes.map(({ text }) => text)).toEqual(['looks <b>good</b>']);
  expect(detail.tags).toEqual(['paper']);
  expect(detail.actions[0]).toMatchObject({ name: 'pause', actor: 'ann' });
  expect(detail.seeds.map(({ id }) => id)).toEqual(['run', 'run-seed-5']);
});

test('predictions are filtered by how they were judged and by text, and leave as CSV', async () => {
  const { store } = bench();
  const { items } = await readEvaluations(store, 'run');
  expect(items.map(({ split, update }) => `${split} ${update}`)).toEqual([
    'dev 0',
    'test 0',
    'dev 2',
    'dev 4',
    'dev 6',
  ]);
  const id = items[0]?.id ?? '';
  const page = await readPredictions(store, 'run', id, { judgement: 'wrong', offset: 1, limit: 3 });
  expect(page).toMatchObject({ total: 8, counts: { correct: 2, wrong: 8, failed: 0 } });
  expect(page.items.map(({ position }) => position)).toEqual([3, 4, 5]);
  const found = await readPredictions(store, 'run', id, { text: 'DEV 7', offset: 0, limit: 9 });
  expect(found.items.map(({ question }) => question)).toEqual(['dev 7']);
  await expect(readPredictions(store, 'run-seed-5', id, { offset: 0, limit: 9 })).rejects.toMatchObject({
    status: 404,
  });
  const [row] = await exportPredictions(store, 'run', id, {});
  const csv = predictionsCsv(row ? [{ ...row, question: '=HYPERLINK("x"), "y"', sql: 'a\nb' }] : []);
  expect(csv).toContain(`"'=HYPERLINK(""x""), ""y"""`);
  expect(csv.split('\r\n')[0]).toBe(
    'position,type,question,answer,sql,outcome,result,judgement,exact,ems,rems,bird_ex,test_suite,spider2,soft_f1',
  );
});

test('artifacts stand in their lineage; a lost one is named with how to make it again', async () => {
  const { store, artifacts } = bench();
  const all = await readArtifacts(store, artifacts, await run(), { offset: 0, limit: 500 });
  expect(all.lineage.map(({ stage, artifacts: n }) => [stage, n])).toEqual([
    ['dataset', 1],
    ['base', 1],
    ['rollouts', 12],
    ['checkpoints', 3],
    ['evaluations', 5],
    ['result', 0],
  ]);
  expect(all.items.every(({ state }) => state === 'present')).toBe(true);
  const rollout = all.items.find(({ kind }) => kind === 'rollout');
  const ref = await artifactOf(store, await run(), rollout?.hash ?? '');
  expect(await artifactFiles(artifacts, ref as never)).toMatchObject({ items: [{ path: 'rollout.json' }], total: 1 });
  expect(await artifactFile(artifacts, ref as never, '../../store.db')).toBeNull();
  await artifacts.remove(ref as never);
  const page = await readArtifacts(store, artifacts, await run(), { stage: 'rollouts', offset: 0, limit: 1 });
  expect(page.items[0]).toMatchObject({ state: 'missing', again: expect.stringContaining('queryloop resume run') });
  expect(await artifactOf(store, await run(), 'f'.repeat(64))).toBeNull();
});

test('the config is told without its password, with what differs from the defaults and from another run', async () => {
  const { store } = bench();
  const shown = await readConfig(store, await run());
  expect(shown.yaml).not.toContain('secret');
  expect(parse(shown.yaml)).toMatchObject({ name: 'recorded', database: 'mysql://queryloop:…@db.example:3306/' });
  expect(shown.differences.map(({ field }) => field)).toEqual([
    'name',
    'seed',
    'database',
    'grpo.updates',
    'evaluation.everyUpdates',
    'checkpoints.everyUpdates',
  ]);
  const against = await readConfig(store, await run(), 'run-seed-5');
  expect(against.differences).toEqual([{ field: 'seed', from: 5, to: 4 }]);
  await expect(readConfig(store, await run(), 'nobody')).rejects.toMatchObject({ status: 404 });
});

test('a finished run shows its result on test, with a verdict', async () => {
  const { store } = bench();
  const base = (await store.evaluations.list('run')).find(({ split }) => split === 'test')?.scores as RunResult['base'];
  const { checkpoint } = (await store.checkpoints.list('run')).at(-1) as { checkpoint: RunResult['checkpoint'] };
  const result: RunResult = {
    runId: 'run',
    dataset: 'tiny',
    seed: 4,
    updates: 8,
    tokens: 1,
    bestUpdate: 6,
    base,
    final: { ...base, correct: 9, accuracy: 0.9 },
    comparison: { points: 70, ci95: [40, 100], mcnemarP: 0.016 },
    dev: [],
    checkpoint,
    examples: [],
    seconds: { prepare: 1, warmStart: 1, baseline: 1, train: 1, evaluate: 1, total: 5 },
  };
  await store.runs.setStatus('run', 'finished', { result });
  const detail = RunDetail.parse(await readRun(store, 'run', async () => Promise.reject(new Error('not asked'))));
  expect(detail).toMatchObject({
    status: 'finished',
    nowProblem: null,
    comparison: { verdict: 'better' },
    secondsLeft: null,
  });
  expect(detail.best).toMatchObject({ split: 'test', update: 6, accuracy: 0.9 });
});
