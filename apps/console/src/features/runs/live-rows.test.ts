/** Rows that move with their runs. */
import { expect, test } from 'vitest';
import { withPoints, withState } from './live-rows.ts';
import type { RunRow, RunsPage } from './schemas.ts';

const row = (id: string): RunRow => ({
  ...{ id, name: 'tried', seed: 1, status: 'running', experimentId: 'e', updates: { done: 2, planned: 9 } },
  ...{ sweep: null, parent: null, error: null, tags: [], createdAt: '2026-01-02T00:00:00.000Z', finishedAt: null },
  ...{ activeAt: null, cells: { reward: 1, 'max(reward)': 3, 'min(reward)': 1, 'dev/accuracy': null, 'grpo.beta': 0 } },
});
const page: RunsPage = { items: [row('a'), row('b')], total: 2, groups: null, totalGroups: null };
const now = new Date('2026-01-02T00:01:00.000Z');
const point = (update: number, values: Record<string, number>) => ({ update, tokens: 0, seconds: 0, values });

test('points move the last value, and the best where they are better', () => {
  const points = [point(3, { reward: 5 }), point(4, { reward: 2, 'dev/accuracy': 0.5, other: 7 })];
  const { items } = withPoints(page, { runId: 'a', points }, now);
  expect(items[0]).toMatchObject({
    updates: { done: 4, planned: 9 },
    activeAt: now.toISOString(),
    cells: { reward: 2, 'max(reward)': 5, 'min(reward)': 1, 'dev/accuracy': 0.5, 'grpo.beta': 0 },
  });
  expect(items[0]?.cells).not.toHaveProperty('other');
  expect(items[1]).toBe(page.items[1]);
});

test('points that come again do not take a run back', () => {
  const { items } = withPoints(page, { runId: 'a', points: [point(1, {})] }, now);
  expect(items[0]?.updates.done).toBe(2);
});

test('a run that is not on the page changes nothing', () => {
  expect(withPoints(page, { runId: 'c', points: [point(3, { reward: 5 })] }, now)).toBe(page);
});

test('a run that ends shows how', () => {
  const ended = { runId: 'b', status: 'failed', update: 2, error: 'disk full', finishedAt: now.toISOString() } as const;
  expect(withState(page, ended).items[1]).toMatchObject({ status: 'failed', error: 'disk full', updates: { done: 2 } });
});
