/** Differences of configs: found, undone, and refused where a run rests on them. */
import { expect, test } from 'vitest';
import { configChanges, forbiddenChange, revertChanges } from './config-changes.ts';
import { ExperimentConfig } from './experiment-config.ts';

const config = ExperimentConfig.parse({ name: 'tried', grpo: { updates: 10 } });
const run = { runId: 'r1', reached: 4 };

test('changes name each field with both values, also fields that were left out', () => {
  const after = ExperimentConfig.parse({ ...config, name: 'again', grpo: { ...config.grpo, epsilonHigh: 0.3 } });
  expect(configChanges(config, after)).toEqual([
    { field: 'name', from: 'tried', to: 'again' },
    { field: 'grpo.epsilonHigh', from: null, to: 0.3 },
  ]);
  expect(configChanges(after, config).at(-1)).toEqual({ field: 'grpo.epsilonHigh', from: 0.3, to: null });
  expect(configChanges(config, structuredClone(config))).toEqual([]);
});

test('undoing changes one after the other gives the first config again', () => {
  const second = ExperimentConfig.parse({ ...config, grpo: { ...config.grpo, updates: 20, epsilonHigh: 0.3 } });
  const third = ExperimentConfig.parse({ ...second, grpo: { ...config.grpo, updates: 30 } });
  const changes = [...configChanges(config, second), ...configChanges(second, third)];
  expect(revertChanges(third, changes)).toEqual(config);
});

test.each([
  ['seed', { seed: 2 }, '1', '2'],
  ['threads', { threads: 1 }, '2', '1'],
  ['device', { device: 'gpu' }, 'nothing', 'gpu'],
  ['shards', { shards: 4 }, '1', '4'],
  ['dataset.name', { dataset: { name: 'built-in-world' } }, 'temptabqa-c', 'built-in-world'],
  ['policy.folder', { policy: { folder: '/models/small' } }, 'nothing', '/models/small'],
  ['warmStart.optimizer.learningRate', { warmStart: { optimizer: { learningRate: 1 } } }, '0.002', '1'],
  ['database', { database: 'mysql://u:p@host/' }, 'sqlite', 'mysql://u:…@host/'],
])('%s cannot change in a run', (field, setting, from, to) => {
  const after = ExperimentConfig.parse({ name: 'tried', grpo: { updates: 10 }, ...setting });
  const error = forbiddenChange(config, after, run);
  expect(error?.field).toBe(field);
  expect(error?.message).toContain(field);
  expect(error?.message).toContain(`${to} differs from ${from}`);
  expect(error?.hint).toContain('queryloop clone r1');
});

test('a database is named without its password', () => {
  const after = { ...config, database: 'mysql://u:secret@host/' };
  const error = forbiddenChange({ ...config, database: 'mysql://u:hidden@other/' }, after, run);
  expect(error?.message).not.toMatch(/secret|hidden/);
  expect(error?.hint).not.toMatch(/secret|hidden/);
});

test('a database server may get a new password', () => {
  const [before, after] = ['old', 'new'].map((password) => ({ ...config, database: `mysql://u:${password}@host/` }));
  expect(forbiddenChange(before as typeof config, after as typeof config, run)).toBeNull();
});

test('the other settings may change, and updates down to the one reached', () => {
  const withUpdates = (updates: number) => ({ ...config, grpo: { ...config.grpo, updates, beta: 0.1 } });
  expect(forbiddenChange(config, withUpdates(20), run)).toBeNull();
  expect(forbiddenChange(config, withUpdates(4), run)).toBeNull();
  expect(forbiddenChange(config, withUpdates(3), run)).toMatchObject({
    name: 'UserError',
    field: 'grpo.updates',
    message: 'grpo.updates: 3 is fewer than the 4 updates that run r1 goes on from (of 10)',
  });
});

test('to name the device that is meant anyway is no change', () => {
  const after = ExperimentConfig.parse({ name: 'tried', grpo: { updates: 10 }, device: 'cpu' });
  expect(forbiddenChange(config, after, run)).toBeNull();
});
