import { setTimeout as sleep } from 'node:timers/promises';
import { ExperimentConfig } from '@queryloop/contracts';
import { openBench } from '@queryloop/worker/open-bench.fixture';
import { recordBaseline, recordUpdates } from '@queryloop/worker/recorded-run.fixture';
import { beforeAll, expect, test } from 'vitest';
import { knownRun } from './read.ts';
import { secondsLeft } from './read-now.ts';
import { readSteps, readTimeline } from './read-timeline.ts';

const bench = openBench();
const config = ExperimentConfig.parse({ name: 'timed', grpo: { updates: 6 }, evaluation: { everyUpdates: 2 } });

beforeAll(async () => {
  const { store, steps } = bench();
  await steps.startRun({ runId: 'run', config });
  await store.attempts.begin('run');
  const state = await recordBaseline(bench(), 'run', config);
  const states = await recordUpdates(bench(), 'run', config, state, 2);
  // The clock of the store has milliseconds: what comes after must be told apart from what came before.
  await sleep(5);
  await store.attempts.begin('run');
  await sleep(5);
  await recordUpdates(bench(), 'run', config, states.at(-1) ?? state, 4);
  await store.steps.record('run', { update: 4, name: 'generateRollout', seconds: 9, output: {}, attempts: 3 });
});

test('a worker that never ended and was followed by another is lost, at the update where the next one began', async () => {
  const { attempts, events, retried } = await readTimeline(bench().store, await knownRun(bench().store, 'run'));
  expect(attempts.map(({ number, state, update }) => [number, state, update])).toEqual([
    [1, 'lost', 0],
    [2, 'working', 3],
  ]);
  expect(events.map(({ kind, update }) => [kind, update])).toEqual([
    ['lost', 3],
    ['resume', 3],
    ['retry', 4],
  ]);
  expect(retried).toBe(1);
});

test('what was paused, resumed and changed stands at its update', async () => {
  const { store } = bench();
  await store.attempts.end('run', 2, 'stopped');
  await store.actions.record({ subject: 'run', name: 'pause', actor: 'ann', detail: 'Paused run' });
  await store.actions.record({ subject: 'run', name: 'tag', actor: 'ann', detail: 'Tagged run' });
  const changes = [{ field: 'grpo.beta', from: 0, to: 0.04 }];
  await store.runs.restart('run', { config: { ...config, grpo: { ...config.grpo, beta: 0.04 } }, update: 4, changes });
  const { events } = await readTimeline(store, await knownRun(store, 'run'));
  expect(events.filter(({ update }) => update === 4).map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
    'retry: generateRollout was tried 3 times',
    'change: grpo.beta: 0 → 0.04',
    'note: Paused run (ann)',
  ]);
});

test('steps come in pages', async () => {
  const page = await readSteps(bench().store, 'run', { only: 'retried', order: 'newest', offset: 0, limit: 5 });
  expect(page).toMatchObject({ total: 1, items: [{ update: 4, name: 'generateRollout', attempts: 3 }] });
});

test('the time left comes from the last updates, without the pause between them', () => {
  const at = (update: number, seconds: number) => ({ update, finishedAt: new Date(seconds * 1000) });
  expect(secondsLeft([at(4, 5010), at(3, 5000), at(2, 20), at(1, 10)], 10)).toBeCloseTo(60);
  expect(secondsLeft([at(1, 10)], 10)).toBeNull();
});
