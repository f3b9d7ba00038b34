/** Steps of one update have names of their own. */
import { expect, test } from 'vitest';
import { placeOf } from './step-place.ts';

test.each([
  ['warmStart', { seed: 1 }, { update: 0, name: 'warmStart' }],
  ['generateRollout', { update: 3, shard: { index: 0, of: 1 } }, { update: 3, name: 'generateRollout' }],
  ['generateRollout', { update: 3, shard: { index: 1, of: 4 } }, { update: 3, name: 'generateRollout:2/4' }],
  [
    'computeGradient',
    { update: 3, iteration: 0, shard: { index: 1, of: 4 } },
    { update: 3, name: 'computeGradient:0:2/4' },
  ],
  [
    'evaluatePolicy',
    { split: 'dev', policy: { update: 5 }, shard: { index: 3, of: 4 } },
    { update: 5, name: 'evaluatePolicy:dev:4/4' },
  ],
  ['comparePolicies', { finalUpdate: 7 }, { update: 7, name: 'comparePolicies' }],
])('%s %j', (step, input, place) => {
  expect(placeOf(step, input)).toEqual(place);
});
