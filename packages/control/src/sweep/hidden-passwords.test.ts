/** A sweep over databases tells nobody their passwords. */
import { ExperimentConfig, SweepConfig, type SweepResult } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { differenceOf } from './launch-sweep.ts';
import { summariseTrials } from './summarise-trials.ts';

const database = 'mysql://ql:secret@db/';
const config = ExperimentConfig.parse({ database });
const settings = (databases: string[]): SweepConfig =>
  SweepConfig.parse({ name: 'servers', experiment: 'x.yaml', parameters: { database: databases } });

test('neither in its result', () => {
  const result: SweepResult = {
    sweepId: 'servers',
    best: null,
    runs: [],
    decisions: [],
    spent: { updates: 0, tokens: 0, hours: 0 },
    exhausted: null,
  };
  const trials = [{ id: 't', parameters: { database, 'grpo.beta': 0 }, config }];
  expect(summariseTrials({ trials }, result)).toMatchObject([
    { parameters: { database: 'mysql://ql:…@db/', 'grpo.beta': 0 } },
  ]);
});

test('nor when its settings have changed', () => {
  const [before, now] = [
    { settings: settings([database]), trials: [] },
    { settings: settings([database, 'sqlite']), trials: [] },
  ];
  const difference = differenceOf(before, now);
  expect(difference).toMatch(/^parameters was .*ql:…@db.* and is now .*ql:…@db/);
  expect(difference).not.toContain('secret');
});
