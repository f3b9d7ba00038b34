import { expect, test } from 'vitest';
import { analysedUpdates } from './analysis-updates.ts';
import { UserError } from './user-error.ts';

test.each([
  [{ first: 1, every: 1 }, 3, [1, 2, 3]],
  [{ first: 1, every: 10 }, 25, [1, 11, 21]],
  [{ first: 5, last: 9, every: 2 }, 25, [5, 7, 9]],
  [{ first: 4, last: 4, every: 7 }, 4, [4]],
])('%j of a run at update %i', (range, reached, updates) => {
  expect(analysedUpdates('run', range, reached)).toEqual(updates);
});

test.each([
  [{ first: 1, every: 1 }, 0, 'run run has no update yet'],
  [{ first: 4, every: 1 }, 3, 'first: 4; run run is stored whole up to update 3'],
  [{ first: 1, last: 4, every: 1 }, 3, 'last: 4; run run is stored whole up to update 3'],
  [{ first: 3, last: 2, every: 1 }, 3, 'first: 3 comes after last: 2'],
])('%j of a run at update %i is refused', (range, reached, message) => {
  expect(() => analysedUpdates('run', range, reached)).toThrow(UserError);
  expect(() => analysedUpdates('run', range, reached)).toThrow(message);
});
