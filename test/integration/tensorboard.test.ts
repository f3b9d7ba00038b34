/** `queryloop export --tensorboard`, read by TensorBoard's own reader. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { lastJson, openWorkplace } from '../command-line.ts';
import { runPython } from './python.ts';
import { metric, names, recordPoints, recordTrackedRuns } from './tracked-runs.fixture.ts';

interface ReadRun {
  scalars: Record<string, [step: number, value: number, wallTime: number][]>;
  texts: Record<string, string>;
  hparams: Record<string, unknown>;
}

const workplace = openWorkplace();
const logs = join(workplace.folder, 'logs');
const queryloop = (...args: string[]) => workplace.start(args).ended;
const read = () => runPython<Record<string, ReadRun>>('read-events.py', [logs]);
let store: Store;

beforeAll(async () => {
  store = await recordTrackedRuns(join(workplace.folder, '.queryloop'));
  writeFileSync(join(workplace.folder, 'plain'), '');
});
afterAll(async () => {
  await store.close();
  workplace.remove();
});

test('every point of every run, finished or not, with its step and time', async () => {
  const outcome = await queryloop(
    'export',
    names.finished,
    names.unfinished,
    names.failed,
    names.sweep,
    '--tensorboard',
    'logs',
    '--json',
  );
  expect(outcome).toMatchObject({ code: 0 });
  const runs = [names.finished, names.unfinished, names.failed, 'tried-0', 'tried-1'];
  const { runs: said } = lastJson<{ runs: { runId: string; points: number }[] }>(outcome);
  expect(said.map(({ runId }) => runId).sort()).toEqual([...runs].sort());
  const found = await read();
  expect(Object.keys(found).sort()).toEqual([...runs].sort());

  for (const id of runs) {
    const wanted = await store.series.read(
      [id],
      (await store.series.names([id])).map(({ name }) => name),
    );
    expect(Object.keys(found[id]?.scalars ?? {}).sort()).toEqual(wanted.map(({ name }) => name).sort());
    const times = await store.steps.doneAt(id);
    for (const { name, updates, values } of wanted) {
      const points = found[id]?.scalars[name] ?? [];
      // TensorBoard keeps 32 bits.
      expect(points.map(([step, value]) => [step, value])).toEqual(
        values.map((value, i) => [updates[i], Math.fround(value)]),
      );
      for (const [step, , wallTime] of points)
        if (times.has(step)) expect(wallTime * 1000).toBeCloseTo(times.get(step)?.getTime() as number, 2);
    }
  }
  expect(said.find(({ runId }) => runId === names.finished)?.points).toBe(1200 * 2 + 2 * 4);
  expect(found[names.finished]?.scalars['reward']?.[8]?.[1]).toBe(Math.fround(metric(0, 9)));
});

test('the config is shown as text without its password, and as settings by which runs are grouped', async () => {
  const found = await read();
  const { texts = {}, hparams = {} } = found[names.finished] ?? {};
  expect(texts['config']).toContain('groupSize: 16');
  expect(JSON.stringify(found)).not.toContain('hunter2');
  expect(hparams).toMatchObject({ seed: 1, 'grpo.updates': 1200, 'grpo.optimizer.schedule': 'constant', end: 1 });
  expect(found[names.unfinished]?.hparams['group']).toBe(hparams['group']);
  expect(found[names.unfinished]?.hparams).not.toHaveProperty('end');
  expect(found[names.failed]?.hparams['end']).toBe(2);
  expect(found['tried-0']?.hparams['group']).not.toBe(found['tried-1']?.hparams['group']);
});

test('a run that went on is written again as the same file with more at its end', async () => {
  const folder = join(logs, names.unfinished);
  const [file = ''] = readdirSync(folder);
  const before = readFileSync(join(folder, file));
  await recordPoints(store, names.unfinished, 6, 9);
  expect((await queryloop('export', names.unfinished, '--tensorboard', 'logs')).code).toBe(0);
  expect(readdirSync(folder)).toEqual([file]);
  const after = readFileSync(join(folder, file));
  expect(after.subarray(0, before.length).equals(before)).toBe(true);
  expect((await read())[names.unfinished]?.scalars['reward']?.map(([step]) => step)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9,
  ]);
});

test.each([
  [['none', '--tensorboard', 'other'], 'no run or sweep "none" is known here'],
  [[names.finished, '--tensorboard', 'plain/logs'], 'plain/logs: cannot be written'],
  [[names.finished], 'nothing says where to'],
  [[names.finished, names.failed, '--to', 'x'], '--to takes one run, not 2'],
  [[names.finished, '--to', 'x', '--tensorboard', 'other'], 'cannot be used with'],
])('%j ends with code 2', async (args, message) => {
  const outcome = await queryloop('export', ...args);
  expect(outcome.stderr).toContain(message);
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  expect(existsSync(join(workplace.folder, 'other'))).toBe(false);
});
