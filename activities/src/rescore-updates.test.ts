import { type ExecutedUpdate, type RescoreComparison, RewardConfig, type Rewards } from '@queryloop/contracts';
import { batchAdvantages } from '@queryloop/grpo/batch-advantages';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HandMadeGroup, type HandMadeWorld, openHandMadeWorld } from './hand-made-rollout.fixture.ts';
import { addSums, rescoreComparison, rescoreSums } from './rescore-sums.ts';
import { type RescoredUpdates, rescoreUpdates } from './rescore-updates.ts';

let world: HandMadeWorld;
beforeAll(async () => {
  world = await openHandMadeWorld();
});
afterAll(() => world.close());

const fails = 'SELECT nothing FROM nowhere';
const wrong = "SELECT 'no such answer'";
const part = 'SELECT name FROM Athlete WHERE name = {athlete}';

/** Two questions whose answer is a constant that a query can give. */
function groups(): HandMadeGroup[] {
  const { questions } = world.dataset.splits.train;
  const first = world.question(({ answer, bindings }) => /^\d$/.test(answer) && 'athlete' in bindings);
  const right = `SELECT ${questions[first]?.answer}`;
  return [
    { questions: [first], queries: [right, wrong, fails, wrong], proposed: [right] },
    { questions: [first], queries: [wrong, wrong, fails, wrong], proposed: [right, fails] },
    { questions: [first], queries: [wrong, wrong, part, wrong] },
  ];
}

async function rescored(
  updates: ExecutedUpdate[],
  settings: { reward?: object; scaleRewards?: 'group' | 'batch' | 'none' } = {},
): Promise<{ overall: RescoreComparison; updates: RescoreComparison[] }> {
  const { context } = world;
  const reward = RewardConfig.parse(settings.reward ?? {});
  const output = await rescoreUpdates({ updates, reward, scaleRewards: settings.scaleRewards ?? 'group' }, context);
  const sums = (await context.artifacts.getJson<RescoredUpdates>(output.part)).map((each) => each.sums);
  return { overall: rescoreComparison(addSums(sums)), updates: sums.map(rescoreComparison) };
}

const update = async (number: number, own = groups()): Promise<ExecutedUpdate> => ({
  update: number,
  scaleRewards: 'group',
  parts: [await world.score(own, { update: number })],
});

test('the settings of the run give what the run had', async () => {
  const { overall } = await rescored([await update(1)]);
  expect(overall.after).toEqual(overall.before);
  // Proposals that did no better than the samples are not scored.
  expect(overall).toMatchObject({ groups: 3, completions: 13, signChanged: 0 });
  expect(overall.correlation).toBeCloseTo(1, 12);
  expect(overall.before.zeroVariance).toBeCloseTo(1 / 3, 12);
  expect(overall.before.meanReward).toBeCloseTo((1 + 0 - 0.5 + 0 + (0 + 0 - 0.5 + 0 + 1)) / 13, 12);
});

test('other rewards give what a run that had them would have scored', async () => {
  const reward = { preset: 'paper', failed: 5 };
  const scaled = await world.score(groups(), { reward });
  const { rewards } = await world.context.artifacts.getJson<Rewards>(scaled.rewards);
  const { advantages, zeroStd } = batchAdvantages({ rewards, scaleRewards: 'batch' });
  const { overall } = await rescored([await update(1)], { reward, scaleRewards: 'batch' });
  const scores = rewards.flat().filter((each) => each !== null);
  const mean = scores.reduce((sum, each) => sum + each, 0) / scores.length;
  const squares = scores.reduce((sum, each) => sum + (each - mean) ** 2, 0);
  expect(overall.after.meanReward).toBeCloseTo(mean, 8);
  expect(overall.after.stdReward).toBeCloseTo(Math.sqrt(squares / (scores.length - 1)), 8);
  expect(overall.after.zeroVariance).toBe(zeroStd.filter(Boolean).length / 3);
  const size = advantages.flat().reduce((sum, each) => sum + Math.abs(each), 0) / scores.length;
  expect(overall.after.meanAbsoluteAdvantage).toBeCloseTo(size, 8);
});

test('functions that are told from what is stored give what a run that had them would have scored', async () => {
  for (const reward of [
    { preset: 'sql-r1' },
    { preset: 'arctic' },
    { preset: 'skyrl' },
    {
      functions: [
        { name: 'rems' },
        { name: 'executes', weight: 0.5 },
        { name: 'ems' },
        { name: 'length', weight: -0.1 },
      ],
    },
    { functions: [{ name: 'outcome' }, { name: 'exact' }], combine: 'gdpo' },
  ]) {
    const had = await world.score(groups(), { reward });
    const { overall } = await rescored([await update(1)], { reward });
    const same = await rescored([{ update: 1, scaleRewards: 'group', parts: [had] }], { reward });
    expect(same.overall.before).toEqual(same.overall.after);
    expect(overall.after).toEqual(same.overall.after);
    // And back: a run that had functions can be given the weights of a preset.
    const back = await rescored([{ update: 1, scaleRewards: 'group', parts: [had] }]);
    expect(back.overall.after).toEqual(overall.before);
  }
});

test('functions that need whole results are rescored by what the run kept of them, or not at all', async () => {
  const reward = { preset: 'think2sql' };
  await expect(rescored([await update(1)], { reward })).rejects.toThrow(/cell_precision needs whole results/);
  const parts = [await world.score(groups(), { reward })];
  const other = { functions: [{ name: 'tuple_cardinality' }, { name: 'outcome' }] };
  const had = await world.score(groups(), { reward: other });
  const { overall } = await rescored([{ update: 1, scaleRewards: 'group', parts }], { reward: other });
  const same = await rescored([{ update: 1, scaleRewards: 'group', parts: [had] }], { reward: other });
  expect(overall.after).toEqual(same.overall.before);
});

test('turned around, rewards turn advantages around', async () => {
  const { overall } = await rescored([await update(1)], { reward: { correct: -1, wrong: 0, failed: 0.5 } });
  // In the second group the proposal is now worse than every sample, so that only its failing sample stands out.
  expect(overall.correlation).toBeLessThan(-0.5);
  expect(overall.signChanged).toBeGreaterThan(0.3);
});

test('updates stand alone and together, in the shards they were computed in', async () => {
  const own = groups();
  const flat = { questions: own[0]?.questions ?? [], queries: [wrong, wrong] };
  const [first, second] = [await update(1), await update(2, [flat])];
  const both = await rescored([first, second]);
  expect(both.updates[0]).toEqual((await rescored([first])).overall);
  expect(both.updates[1]).toMatchObject({ groups: 1, completions: 2, correlation: null, signChanged: 0 });
  expect(both.overall).toMatchObject({ groups: 4, completions: 15 });
  expect(both.overall.before.zeroVariance).toBe(0.5);
  const shards = await Promise.all(own.map((group) => world.score([group])));
  const sharded = await rescored([{ update: 1, scaleRewards: 'group', parts: shards }]);
  expect(sharded.overall).toEqual(both.updates[0]);
});

test('without completions there is nothing to say', () => {
  const none = { rewards: [], scaleRewards: 'group' } as const;
  const nothing = { meanReward: null, stdReward: null, zeroVariance: null, meanAbsoluteAdvantage: null };
  const empty = { groups: 0, completions: 0, before: nothing, after: nothing, correlation: null, signChanged: null };
  expect(rescoreComparison(rescoreSums(none, none))).toEqual(empty);
  expect(rescoreComparison(addSums([]))).toEqual(empty);
});
