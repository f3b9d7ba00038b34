/** Series of a real store as the API gives them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type Store } from '@queryloop/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readCursor } from '#live/cursor.ts';
import { config, evaluate, writeUpdate } from '#live/run-writer.fixture.ts';
import { readSeries, readSeriesNames } from './read.ts';
import { SeriesQuery } from './schemas.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-charts-'));
let store: Store;
beforeAll(async () => {
  store = await openStore({ folder });
  for (const [seed, id] of ['one', 'two'].entries()) {
    await store.runs.create({ id, config: { ...config, seed } });
    for (let update = 1; update <= 12; update++) await writeUpdate(store, id, update);
  }
  await store.runs.create({ id: 'spiky', config: { ...config, name: 'spiky' } });
  for (let update = 1; update <= 100; update++)
    await store.metrics.record('spiky', update, {
      reward: update === 37 ? 9 : update === 71 ? -9 : 0,
      num_tokens: update,
    });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const read = (query: Record<string, string>) => readSeries(store, SeriesQuery.parse(query));

test('a thinned series keeps its extremes, its ends and what it was thinned from', async () => {
  const { series } = await read({ runs: 'spiky', names: 'reward', points: '10' });
  const [{ points, ...rest }] = series as [(typeof series)[number]];
  expect(points.length).toBeLessThanOrEqual(10);
  expect(points).toEqual(
    expect.arrayContaining([
      [1, 0],
      [37, 9],
      [71, -9],
      [100, 0],
    ]),
  );
  expect(rest).toMatchObject({ runId: 'spiky', total: 100, last: [100, 0], lowest: [71, -9], highest: [37, 9] });
});

test('a range has a neighbour on each side, on every axis', async () => {
  const xs = async (query: Record<string, string>) =>
    (await read({ runs: 'spiky', names: 'reward', ...query })).series[0]?.points.map(([x]) => x);
  expect(await xs({ from: '10', to: '13' })).toEqual([9, 10, 11, 12, 13, 14]);
  expect(await xs({ from: '99.5', to: '200' })).toEqual([99, 100]);
  // 1 + 2 + … + 13 tokens at update 13.
  expect(await xs({ x: 'tokens', from: '66', to: '91' })).toEqual([55, 66, 78, 91, 105]);
  expect(await xs({ x: 'tokens', from: '5000', to: '5040' })).toEqual([4950, 5050]);
});

test('scores stand beside metrics, over time too', async () => {
  await evaluate(store, 'one', 7, 'test');
  const { series } = await read({ runs: 'one', names: 'dev/accuracy,test/accuracy', x: 'seconds' });
  expect(series.map(({ name, points }) => [name, points])).toEqual([
    [
      'dev/accuracy',
      [
        [10, 0.5],
        [20, 0],
      ],
    ],
    ['test/accuracy', [[14, 0.7]]],
  ]);
});

test('seeds of an experiment become a mean with its standard error, and stay visible', async () => {
  await store.metrics.record('one', 12, { uneven: 1 });
  await store.metrics.record('two', 12, { uneven: 3 });
  await store.metrics.record('two', 13, { uneven: 5 });
  const { series, groups } = await read({ runs: 'one,two,spiky', names: 'uneven,reward', group: 'experiment' });
  expect(series.map(({ runId, name }) => `${runId} ${name}`)).toEqual([
    'one uneven',
    'one reward',
    'two uneven',
    'two reward',
    'spiky reward',
  ]);
  expect(groups.map(({ label, name, runIds }) => [label, name, runIds])).toEqual([
    ['live', 'uneven', ['one', 'two']],
    ['live', 'reward', ['one', 'two']],
    ['spiky', 'reward', ['spiky']],
  ]);
  expect(groups[0]).toMatchObject({
    points: [
      [12, 2],
      [13, 5],
    ],
    band: [[12, 1, 3]],
  });
  expect(groups[2]?.band).toEqual([]);
  // Both have spent 10 tokens an update.
  const { groups: spent } = await read({ runs: 'one,two', names: 'uneven', x: 'tokens', group: 'experiment' });
  expect(spent[0]?.points).toEqual([
    [120, 2],
    [120, 5],
  ]);
});

test('positions say up to where the series go', async () => {
  const { positions } = await read({ runs: 'one', names: 'reward' });
  expect(positions['one']).toMatchObject({ metrics: 12, dev: 10, test: 7 });
  expect(readCursor(positions['one']?.cursor ?? '').get('one')).toMatchObject({ metrics: 12, dev: 10, test: 7 });
});

test('names and unknown runs', async () => {
  const { items, total } = await readSeriesNames(store, ['two']);
  expect(items.map(({ name }) => name)).toEqual([
    'dev/accuracy',
    'dev/ems',
    'dev/error_rate',
    'dev/rems',
    'num_tokens',
    'reward',
    'uneven',
  ]);
  expect(total).toBe(7);
  const unknown = { status: 404, message: 'run nowhere is not known here' };
  await expect(read({ runs: 'one,nowhere', names: 'reward' })).rejects.toMatchObject(unknown);
  await expect(readSeriesNames(store, ['nowhere'])).rejects.toMatchObject(unknown);
});

test.each([
  [{ runs: ',', names: 'reward' }, 'names no run'],
  [{ runs: 'one', names: 'reward', points: '3' }, '>=4'],
  [{ runs: 'one', names: 'reward', from: '2', to: '1' }, 'is below from'],
  [{ runs: 'one', names: 'reward', x: 'time' }, 'expected one of'],
  [{ runs: Array.from({ length: 101 }, (_, index) => index).join(','), names: 'reward' }, 'names more than 100 runs'],
])('refuses %j', (query, message) => {
  expect(SeriesQuery.safeParse(query).error?.message).toContain(message);
});
