/** What the table of runs must do on every database; the tests of SQLite and MariaDB run it. */
import { ExperimentConfig, type Scores } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStore, type Store } from './open-store.ts';
import type { RunTableQuery } from './repositories/run-table.ts';

const predictions = { kind: 'predictions', hash: 'a'.repeat(64), bytes: 1 } as const;
const scored = (accuracy: number): Scores => ({
  ...{ n: 4, correct: 4 * accuracy, accuracy, failed: 0, errorRate: 0.25, ems: accuracy, rems: 1, byType: {} },
});

/** Registers the tests; `url` is asked for once, when they begin. */
export function runTableOfStore(folder: string, url: () => string | undefined): void {
  let store: Store;
  const make = async (id: string, name: string, seed: number, beta: number, rewards: number[]): Promise<void> => {
    await store.runs.create({ id, config: ExperimentConfig.parse({ name, seed, grpo: { beta, updates: 9 } }) });
    for (const [index, reward] of rewards.entries()) {
      await store.metrics.record(id, index + 1, { reward, [`${name}/only`]: index });
      const at = { runId: id, update: index + 1, predictions, rows: [] };
      await store.evaluations.record({ ...at, split: 'dev', scores: scored(reward / 4) });
    }
  };
  beforeAll(async () => {
    store = await openStore({ folder, url: url() });
    await make('a1', 'alpha', 1, 0, [1, 3, 2]);
    await make('a2', 'alpha', 2, 0, [0, 4]);
    await make('b1', 'beta', 1, 0.5, [2]);
    await make('c1', 'alpha', 1, 0.5, []);
    await store.notes.tag('a1', 'paper');
    await store.notes.tag('a1', 'kept');
    await store.runs.setStatus('a2', 'failed', { error: 'disk full' });
    await store.steps.record('a1', { update: 3, name: 'updatePolicy', seconds: 1, output: {} });
  });
  afterAll(() => store.close());

  const ids = async (query: RunTableQuery) => (await store.runTable.page(query)).runs.map(({ id }) => id);
  /** By id, so that runs made in the same millisecond stand in one order. */
  const found = async (filter: string) => (await ids({ filter, sort: { column: 'id', descending: false } })).join(' ');

  test('a row has the facts of its run, and its columns', async () => {
    const columns = [
      'reward',
      'max(reward)',
      'min(reward)',
      'dev/accuracy',
      'max(dev/accuracy)',
      'grpo.beta',
      'nothing',
    ];
    const { runs, total, groups } = await store.runTable.page({ filter: 'id=a1', columns });
    expect({ total, groups }).toEqual({ total: 1, groups: null });
    expect(runs).toMatchObject([
      {
        ...{ id: 'a1', name: 'alpha', seed: 1, status: 'running', updates: { done: 3, planned: 9 } },
        ...{ tags: ['kept', 'paper'], sweep: null, parent: null, error: null, finishedAt: null },
        cells: {
          ...{ reward: 2, 'max(reward)': 3, 'min(reward)': 1, 'dev/accuracy': 0.5, 'max(dev/accuracy)': 0.75 },
          ...{ 'grpo.beta': 0, nothing: null },
        },
      },
    ]);
    const [run] = runs;
    const sinceStep = Date.now() - (run?.activeAt?.getTime() ?? 0);
    // Within the minute, whatever time zone the machine is in.
    expect(Math.abs(sinceStep)).toBeLessThan(60_000);
  });

  test.each([
    ['', 'a1 a2 b1 c1'],
    ['status:failed', 'a2'],
    ['tag:paper OR name:beta', 'a1 b1'],
    ['grpo.beta>0 AND name:alpha', 'c1'],
    ['max(reward)>=3', 'a1 a2'],
    ['reward<4 NOT grpo.beta=0.5', 'a1'],
    ['disk', 'a2'],
    ['updates>=2', 'a1 a2'],
    ['reward!=2', 'a2 c1'],
    ['min(dev/accuracy)=0', 'a2'],
    ['nothing>0', ''],
  ])('the filter %s finds %s', async (filter, expected) => {
    expect(await found(filter)).toBe(expected);
  });

  test('sorts by any column, runs without a value last, in pages', async () => {
    const sort = { column: 'max(reward)', descending: true };
    expect(await ids({ sort })).toEqual(['a2', 'a1', 'b1', 'c1']);
    expect(await ids({ sort: { ...sort, descending: false } })).toEqual(['b1', 'a1', 'a2', 'c1']);
    expect(await ids({ sort, offset: 1, limit: 2 })).toEqual(['a1', 'b1']);
    expect((await store.runTable.page({ sort, limit: 1 })).total).toBe(4);
  });

  test('groups seeds of an experiment with mean and standard error, all members beside', async () => {
    const query = {
      group: 'experiment',
      columns: ['max(reward)', 'seed'],
      sort: { column: 'max(reward)', descending: true },
    };
    const { groups, totalGroups, total, runs } = await store.runTable.page(query);
    expect({ totalGroups, total, members: runs.length }).toEqual({ totalGroups: 3, total: 4, members: 4 });
    expect(groups).toMatchObject([
      {
        ...{ label: 'alpha', runIds: ['a2', 'a1'], statuses: { failed: 1, running: 1 }, detail: { 'grpo.beta': 0 } },
        cells: {
          'max(reward)': { kind: 'mean', mean: 3.5, standardError: 0.5, n: 2 },
          seed: { kind: 'mixed', distinct: 2 },
        },
      },
      {
        label: 'beta',
        detail: {},
        cells: { 'max(reward)': { mean: 2, standardError: null, n: 1 }, seed: { value: 1 } },
      },
      {
        label: 'alpha',
        runIds: ['c1'],
        detail: { 'grpo.beta': 0.5 },
        cells: { 'max(reward)': { kind: 'same', value: null } },
      },
    ]);
    const second = await store.runTable.page({ ...query, offset: 1, limit: 1 });
    expect(second.runs.map(({ id }) => id)).toEqual(['b1']);
  });

  test('groups by a setting', async () => {
    const { groups } = await store.runTable.page({ group: 'grpo.beta', sort: { column: 'id', descending: false } });
    expect(groups?.map(({ key, runIds }) => [key, runIds])).toEqual([
      ['0', ['a1', 'a2']],
      ['0.5', ['b1', 'c1']],
    ]);
  });

  test('tells what there is to choose from', async () => {
    const choices = await store.runTable.choices();
    expect(choices).toMatchObject({ runs: 4, tags: ['kept', 'paper'], names: ['alpha', 'beta'] });
    expect(choices.series).toContainEqual({ name: 'reward', runs: 3 });
    expect(choices.series).toContainEqual({ name: 'beta/only', runs: 1 });
    expect(choices.settings.filter(({ distinct }) => distinct > 1)).toEqual([
      { path: 'grpo.beta', distinct: 2, values: expect.arrayContaining([0, 0.5]) },
    ]);
  });

  test('a column that cannot be is refused', async () => {
    await expect(store.runTable.page({ columns: ['max('] })).rejects.toThrow('"max(" is no column');
  });

  test('the score of the base on test is not taken for that of a run that goes on', async () => {
    await make('t1', 'tested', 1, 0, [1]);
    const at = { runId: 't1', predictions, rows: [] };
    await store.evaluations.record({ ...at, update: 0, split: 'test', scores: scored(0.25) });
    const shown = async () =>
      (await store.runTable.page({ filter: 'id=t1', columns: ['test/accuracy'] })).runs[0]?.cells['test/accuracy'];
    expect(await shown()).toBeNull();
    await store.evaluations.record({ ...at, update: 1, split: 'test', scores: scored(0.5) });
    expect(await shown()).toBe(0.5);
  });
}
