/** One update of a small run done again: equal to the last bit, and where it is not, how far apart. */
import { openSmallRun, type SmallRun, smallConfig } from '@queryloop/activities/small-run.fixture';
import { nextUpdate, type RunState } from '@queryloop/activities/steps-in-a-row.fixture';
import type { ReplayUpdateInput, Rewards, Rollout } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsDifference } from './largest-difference.ts';
import { replayUpdate } from './replay-update.ts';

let small: SmallRun;
/** After updates 0, 1, … */
let states: RunState[];
const config = smallConfig({ checkpoints: { everyUpdates: 2 } });
beforeAll(async () => {
  small = await openSmallRun();
  states = [small.start];
  for (let update = 1; update <= 3; update++)
    states.push(await nextUpdate(config, states[update - 1] as RunState, small.context));
});
afterAll(() => small.close());

/** Update `update` as a run has stored it: the second with a snapshot, the others without. */
function stored(update: number): ReplayUpdateInput {
  const [before, after, next] = [states[update - 1], states[update], states[update + 1]] as RunState[];
  if (before === undefined || after === undefined) throw new RangeError(`update ${update}`);
  const snapshot = after.policy.replay.length === 0 ? after.policy.snapshot : null;
  const following = snapshot === null ? (next?.previous[0]?.rollout ?? null) : null;
  return {
    repeated: {
      ...{ update, config, policy: before.policy, previous: before.previous, snapshot: snapshot !== null },
      next: following === null ? null : config,
    },
    dataset: before.prepared,
    stored: { scored: after.previous, metrics: after.metrics, snapshot, next: following },
    threads: config.threads,
  };
}

test.each([
  [1, ['rollout', 'rewards', 'next rollout'], 0],
  [2, ['rollout', 'rewards', 'weights'], 1],
  [3, ['rollout', 'rewards'], 0],
])('update %i comes out the same: %j', async (update, what, replayed) => {
  const result = await replayUpdate(stored(update), small.context);
  expect(result.parts.map((part) => part.what)).toEqual(what);
  for (const part of result.parts) expect(part).toMatchObject({ equal: true, largestDifference: null, shard: null });
  expect(result).toMatchObject({ update, equal: true, largestDifference: 0, from: { replayed } });
  expect(result.metrics.replayed).toEqual(result.metrics.stored);
});

test('what differs is named, with the largest difference', async () => {
  const { artifacts } = small.context;
  const input = stored(2);
  const [scored] = input.stored.scored;
  const rollout = await artifacts.getJson<Rollout>(scored?.rollout as never);
  const rewards = await artifacts.getJson<Rewards>(scored?.rewards as never);
  const logProbs = rollout.groups[0]?.completions[0]?.logProbs ?? [];
  logProbs[0] = (logProbs[0] ?? 0) - 0.25;
  (rewards.rewards[0] as number[])[0] = (rewards.rewards[0]?.[0] ?? 0) + 3;
  const other = {
    rollout: await artifacts.putJson('rollout', rollout),
    rewards: await artifacts.putJson('rewards', rewards),
  };
  const metrics = { ...input.stored.metrics, loss: (input.stored.metrics['loss'] ?? 0) + 0.5 };
  const result = await replayUpdate(
    { ...input, stored: { ...input.stored, scored: [other], metrics, snapshot: states[0]?.policy.snapshot ?? null } },
    small.context,
  );
  const [ofRollout, ofRewards, weights] = result.parts;
  expect(ofRollout).toMatchObject({ equal: false, difference: 'the log-probabilities of tokens differ' });
  expect(ofRollout?.largestDifference).toBeCloseTo(0.25, 12);
  expect(ofRewards).toMatchObject({ equal: false, difference: 'rewards differ', largestDifference: 3 });
  // The base has no optimizer state, so that there is nothing to compare file by file.
  expect(weights).toMatchObject({ equal: false, largestDifference: null });
  expect(weights?.difference).toContain('safetensors');
  expect(result).toMatchObject({ equal: false, largestDifference: 3 });
  expect(result.metrics.largestDifference).toBeCloseTo(0.5, 12);
});

test('weights of another update are as far apart as the update moved them', async () => {
  const more = smallConfig({ checkpoints: { everyUpdates: 1 } });
  const first = await nextUpdate(more, small.start, small.context);
  const second = await nextUpdate(more, first, small.context);
  const input = stored(1);
  const result = await replayUpdate(
    {
      ...input,
      repeated: { ...input.repeated, config: more, snapshot: true, next: null },
      stored: { ...input.stored, snapshot: second.policy.snapshot, next: null },
    },
    small.context,
  );
  const weights = result.parts.find(({ what }) => what === 'weights');
  expect(weights?.difference).toContain('values differ, most in');
  expect(weights?.largestDifference).toBeGreaterThan(0);
  expect(result).toMatchObject({ equal: false, largestDifference: weights?.largestDifference });
});

test('a rollout that is lost meanwhile is told by its hash alone; a metric of a later version does not count', async () => {
  const input = stored(3);
  const lost = { kind: 'rollout', hash: '0'.repeat(64), bytes: 1 } as const;
  const scored = input.stored.scored.map((part) => ({ ...part, rollout: lost }));
  const { loss: _, ...metrics } = input.stored.metrics;
  const result = await replayUpdate({ ...input, stored: { ...input.stored, scored, metrics } }, small.context);
  expect(result.parts[0]).toMatchObject({ equal: false, largestDifference: null, storedHash: lost.hash });
  expect(result.metrics.largestDifference).toBe(0);
  expect(metricsDifference({ gone: 2 }, {})).toBe(2);
});
