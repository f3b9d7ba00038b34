import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PointsEvent } from '#live/schemas.ts';
import { countOf, joinLive, noPoints, unread, withLivePoints, withoutRun } from './live-points.ts';
import type { SeriesAnswer } from './schemas.ts';

const member = { seed: 1, experimentId: 'e' };
const answer = (metrics: number, points: [number, number][]): SeriesAnswer => ({
  x: 'update',
  series: [
    {
      runId: 'a',
      ...member,
      name: 'reward',
      points,
      total: points.length,
      last: points.at(-1) ?? null,
      lowest: null,
      highest: null,
    },
  ],
  groups: [],
  positions: { a: { metrics, dev: 5, test: -1, cursor: '' } },
  members: { a: member },
});
const event = (...updates: number[]): PointsEvent => ({
  runId: 'a',
  points: updates.map((update) => ({
    update,
    tokens: 10 * update,
    seconds: 2 * update,
    values: { reward: update / 2 },
  })),
});
const pointsOf = (series: SeriesAnswer) => series.series.find(({ name }) => name === 'reward')?.points;

test('points after the position are added, those that were read already are not', () => {
  const live = withLivePoints(noPoints, event(3, 4, 5));
  const joined = joinLive(
    answer(3, [
      [1, 0],
      [2, 9],
      [3, 1.5],
    ]),
    live,
    ['reward'],
    null,
  );
  expect(pointsOf(joined)).toEqual([
    [1, 0],
    [2, 9],
    [3, 1.5],
    [4, 2],
    [5, 2.5],
  ]);
  expect(joined.series[0]).toMatchObject({ total: 5, last: [5, 2.5], lowest: [4, 2], highest: [5, 2.5] });
  expect(joinLive({ ...answer(3, []), x: 'tokens' }, live, ['reward'], 45).series[0]?.points).toEqual([[40, 2]]);
});

test('whatever is heard in whatever order and however often, each update is there once', () => {
  const updates = fc.array(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 10 }), { maxLength: 8 });
  fc.assert(
    fc.property(updates, fc.nat(30), (batches, position) => {
      const live = batches.reduce((known, batch) => withLivePoints(known, event(...batch)), noPoints);
      const read = Array.from({ length: position }, (_, index): [number, number] => [index + 1, (index + 1) / 2]);
      const xs = pointsOf(joinLive(answer(position, read), live, ['reward'], null))?.map(([x]) => x);
      const every = [...read.map(([x]) => x), ...batches.flat().filter((update) => update > position)];
      expect(xs).toEqual([...new Set(every)].sort((left, right) => left - right));
    }),
  );
});

test('a score has a place of its own, and a series that was not there yet begins', () => {
  const scored: PointsEvent = {
    runId: 'a',
    points: [
      { update: 5, tokens: 50, seconds: 10, values: { 'dev/accuracy': 0.1, 'test/accuracy': 0.3 } },
      { update: 10, tokens: 100, seconds: 20, values: { 'dev/accuracy': 0.2 } },
    ],
  };
  const joined = joinLive(
    answer(20, []),
    withLivePoints(noPoints, scored),
    ['dev/accuracy', 'test/accuracy', 'none'],
    null,
  );
  expect(joined.series.slice(1).map(({ name, points }) => [name, points])).toEqual([
    ['dev/accuracy', [[10, 0.2]]],
    ['test/accuracy', [[5, 0.3]]],
  ]);
});

test('a run that was taken back is forgotten', () => {
  const live = withLivePoints(noPoints, event(4));
  expect(withoutRun(live, 'a').size).toBe(0);
  expect(live.size).toBe(1);
});

test('what was read since is let go', () => {
  const live = withLivePoints(noPoints, event(3, 4, 5));
  expect([...(unread(live, answer(4, []).positions).get('a')?.keys() ?? [])]).toEqual([5]);
  expect(countOf(unread(live, answer(5, []).positions))).toBe(0);
  expect(countOf(unread(live, {}))).toBe(3);
});
