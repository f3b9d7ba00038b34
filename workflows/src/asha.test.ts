import { expect, test } from 'vitest';
import { promotable, rungsOf } from './asha.ts';

const scored = (...devs: number[]) => devs.map((dev, i) => ({ trial: `t${i}`, dev, promoted: false }));

test('rungs grow by the reduction and stay below the last update', () => {
  expect(rungsOf({ minUpdates: 25, reduction: 3 }, 180)).toEqual([25, 75]);
  expect(rungsOf({ minUpdates: 25, reduction: 2 }, 200)).toEqual([25, 50, 100]);
  expect(rungsOf({ minUpdates: 25, reduction: 2 }, 201)).toEqual([25, 50, 100, 200]);
  expect(rungsOf({ minUpdates: 25, reduction: 3 }, 25)).toEqual([]);
});

test('nobody goes on before there are as many as the reduction', () => {
  expect(promotable(scored(0.5, 0.6), 3)).toBeNull();
  expect(promotable(scored(0.5, 0.6, 0.4), 3)?.trial).toBe('t1');
});

test('the best third goes on, the first of equals first, nobody twice', () => {
  const rung = scored(0.5, 0.9, 0.7, 0.9, 0.2, 0.8);
  const going: string[] = [];
  for (let next = promotable(rung, 3); next !== null; next = promotable(rung, 3)) {
    next.promoted = true;
    going.push(next.trial);
  }
  expect(going).toEqual(['t1', 't3']);
});

test('one that falls out of the best third later leaves its successor a place', () => {
  const rung = scored(0.5, 0.6, 0.4);
  (rung[1] as { promoted: boolean }).promoted = true;
  expect(promotable([...rung, { trial: 'late', dev: 0.7, promoted: false }], 3)?.trial).toBe('late');
});
