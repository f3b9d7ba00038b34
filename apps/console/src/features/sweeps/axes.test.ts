/** Where trials stand on the axes, and which of them a brush keeps. */
import { SweepConfig } from '@queryloop/contracts';
import { expect, test } from 'vitest';
import { type Axis, axesOf, passes } from './axes.ts';
import type { SweepTrial } from './schemas.ts';

const trial = (id: string, parameters: SweepTrial['parameters'], dev: number | null): SweepTrial => ({
  ...{ id, parameters, test: null, runs: [] },
  dev: dev === null ? null : { mean: dev, standardError: null, n: 1 },
});
const rates = [1e-5, 1e-4, 1e-3, 2e-5, 3e-5, 4e-5, 5e-5];
const items = rates.map((rate, i) =>
  trial(`t${i}`, { rate, kind: i % 2 ? 'dapo' : 'grpo', same: 1 }, i === 6 ? null : i / 10),
);
const settings = SweepConfig.parse({
  ...{ name: 's', experiment: 'x.yaml', method: 'random' },
  parameters: { rate: { min: 1e-5, max: 1e-3, scale: 'log' }, kind: ['grpo', 'dapo'], same: [1] },
});
const axes = axesOf({ items, settings });
const [rate, kind, dev] = axes as [Axis, Axis, Axis];
const first = items[1] as SweepTrial;

test('parameters that vary have axes, and the score the last one', () => {
  expect(axes.map(({ id }) => id)).toEqual(['rate', 'kind', 'dev']);
  expect(kind.ticks).toEqual([
    { place: 0, label: 'dapo' },
    { place: 1, label: 'grpo' },
  ]);
});

test('numbers stand on their scale, scores between the lowest and the highest', () => {
  expect(rate.placeOf(first)).toBeCloseTo(0.5, 12);
  expect(dev.placeOf(items[5] as SweepTrial)).toBe(1);
  expect(dev.placeOf(items[6] as SweepTrial)).toBeNull();
});

test('a brush keeps what stands in it on every axis; what has no value is not in it', () => {
  const kept = (brushes: Parameters<typeof passes>[2]) =>
    items.filter((item) => passes(item, axes, brushes)).map(({ id }) => id);
  expect(kept({})).toHaveLength(7);
  expect(kept({ rate: [0.4, 1] })).toEqual(['t1', 't2']);
  expect(kept({ rate: [0.4, 1], kind: [0, 0.1] })).toEqual(['t1']);
  expect(kept({ dev: [0, 1] })).not.toContain('t6');
});
