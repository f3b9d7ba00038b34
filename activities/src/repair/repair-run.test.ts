/** Updates with repair: the policy that Queryloop makes, after too little warm start to write what always runs. */
import type { Prediction, Rewards, Rollout } from '@queryloop/contracts';
import { evaluatePolicyInput, generateRolloutInput, writtenTokens } from '@queryloop/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { evaluatePolicy } from '../evaluate-policy.ts';
import { generateRollout } from '../generate-rollout.ts';
import { openSmallRun, type SmallRun, smallConfig } from '../small-run.fixture.ts';
import { type Habits, nextUpdate, type RunState } from '../steps-in-a-row.fixture.ts';
import { loadTrainingBatch } from '../training-batch.ts';

const whole = { index: 0, of: 1 };
/** Queries are short, and messages fit. */
const room = { promptsPerUpdate: 4, groupSize: 4, maxTokens: 80, proposals: 2 };

let run: SmallRun;
beforeAll(async () => {
  run = await openSmallRun();
});
afterAll(() => run.close());

async function update(settings: Parameters<typeof smallConfig>[0]): Promise<RunState> {
  return nextUpdate(smallConfig(settings), run.start, run.context);
}

const rolloutOf = ({ previous }: RunState) => run.context.artifacts.getJson<Rollout>(previous[0]?.rollout as never);

it('repairs queries before they are rewarded, and learns from what the policy wrote', async () => {
  const state = await update({ rollout: { ...room, repairTurns: 2 } });
  const { groups, turns } = await rolloutOf(state);
  expect(turns).toBe(3);
  const completions = groups.flatMap((group) => group.completions).filter(({ proposed }) => !proposed);
  const repaired = completions.filter((completion) => completion.turns);
  expect(repaired.length).toBeGreaterThan(0);
  for (const { ids, logProbs, toolMask = [], turns: before = [], written, text } of repaired) {
    expect([logProbs.length, toolMask.length]).toEqual([ids.length, ids.length]);
    expect(ids.length).toBeLessThanOrEqual(80);
    expect(before.length).toBeLessThanOrEqual(2);
    for (const { text: query, message } of before) expect(written).toContain(`${query}\nerror: ${message}\n`);
    expect(written?.endsWith(text)).toBe(true);
  }
  const { metrics } = state;
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(metrics['completions/mean_length']).toBeCloseTo(mean(completions.map(writtenTokens)), 9);
  expect(metrics['repair/mean_turns']).toBeCloseTo(mean(completions.map(({ turns: t = [] }) => t.length + 1)), 9);
  const [first = 0, second = 0, third = 0] = [1, 2, 3].map((turn) => metrics[`repair/failed_turn_${turn}`]);
  expect(first).toBeGreaterThan(0);
  expect(second).toBeLessThanOrEqual(first);
  expect(third).toBeLessThanOrEqual(second);
  expect(metrics['repair/repaired_correct']).toBeLessThanOrEqual(metrics['repair/repaired'] ?? 0);
  // the policy that sampled is the one that learns, and what it did not write counts nowhere
  expect(metrics['sampler_logprob_gap']).toBeLessThan(1e-3);
  expect(metrics['grad_norm']).toBeGreaterThan(0);
  const { active, counts } = await loadTrainingBatch(state.previous, smallConfig().grpo, run.context);
  expect(counts.numItems).toBe(
    active
      .flatMap(({ rows }) => rows)
      .reduce((sum, { completion, multiplicity }) => sum + multiplicity * writtenTokens(completion), 0),
  );
});

it('draws the first turns as without repair, and the same again when it is repeated', async () => {
  const rollouts = [];
  for (const repairTurns of [0, 1, 1]) {
    const config = smallConfig({ rollout: { ...room, repairTurns } });
    const { rollout } = await generateRollout(generateRolloutInput(config, run.start, whole), run.context);
    rollouts.push(rollout);
  }
  expect(rollouts[1]).toEqual(rollouts[2]);
  const [plain, repaired] = await Promise.all(
    rollouts.slice(0, 2).map((ref) => run.context.artifacts.getJson<Rollout>(ref)),
  );
  const firstTurns = (rollout: Rollout | undefined) =>
    rollout?.groups.flatMap(({ completions }) =>
      completions.map(({ text, turns: [first] = [] }) => (first ? first.text : text)),
    );
  expect(firstTurns(repaired)).toEqual(firstTurns(plain));
  expect(plain).not.toHaveProperty('turns');
});

it('gives each turn the advantage of its own query where it is asked to', async () => {
  const state = await update({ rollout: { ...room, repairTurns: 1 }, reward: { perTurn: true } });
  const { groups } = await rolloutOf(state);
  const { turnRewards = [] } = await run.context.artifacts.getJson<Rewards>(state.previous[0]?.rewards as never);
  groups.forEach(({ completions }, g) => {
    completions.forEach(({ turns = [] }, i) => {
      // all of these failed for one question at least
      expect(turnRewards[g]?.[i]).toHaveLength(turns.length);
      for (const reward of turnRewards[g]?.[i] ?? []) expect(reward).toBeLessThan(1);
    });
  });
  const { active } = await loadTrainingBatch(state.previous, smallConfig().grpo, run.context);
  const rows = active.flatMap((group) => group.rows);
  for (const { completion, tokenAdvantages = [] } of rows) {
    expect(tokenAdvantages).toHaveLength(completion.ids.length);
    completion.toolMask?.forEach((on, t) => {
      if (on === 0) expect(tokenAdvantages[t]).toBe(0);
    });
  }
  expect(state.metrics['grad_norm']).toBeGreaterThan(0);
});

it('ends in the same bits when every step begins without memory, in shards too', async () => {
  const config = smallConfig({
    rollout: { ...room, repairTurns: 2 },
    reward: { perTurn: true },
    checkpoints: { everyUpdates: 2 },
    shards: 2,
  });
  const train = async (habits: Habits) => {
    let state = run.start;
    for (let update = 0; update < 2; update++) state = await nextUpdate(config, state, run.context, habits);
    return state;
  };
  const [one, other] = [await train({}), await train({ forgetful: true, order: (shards) => shards.toReversed() })];
  expect(one.metrics['repair/mean_turns']).toBeGreaterThan(1);
  expect(other.metrics).toEqual(one.metrics);
  expect(other.policy.snapshot.hash).toBe(one.policy.snapshot.hash);
});

it('evaluates with as many turns, and says what there was after each', async () => {
  const score = async (repairTurns: number) => {
    const config = smallConfig({ rollout: { ...room, repairTurns } });
    const input = evaluatePolicyInput(config, run.start.prepared.dataset, 'dev', run.start.policy, {
      index: 0,
      of: 12,
    });
    return evaluatePolicy(input, run.context);
  };
  const [plain, repaired] = [await score(0), await score(2)];
  expect(plain.scores.afterTurns).toBeUndefined();
  const { afterTurns = [], correct, failed } = repaired.scores;
  expect(afterTurns[0]).toEqual({ correct: plain.scores.correct, failed: plain.scores.failed });
  expect(afterTurns).toHaveLength(3);
  expect(afterTurns[2]).toEqual({ correct, failed });
  expect(plain.scores.failed).toBeGreaterThan(0);
  const [before, after] = await Promise.all(
    [plain, repaired].map(({ predictions }) => run.context.artifacts.getJson<Prediction[]>(predictions)),
  );
  after?.forEach(({ turns = [], sql, failed: stillFails }, i) => {
    expect(turns[0]?.sql ?? sql).toBe(before?.[i]?.sql);
    if (before?.[i]?.failed === false) expect(turns).toEqual([]);
    else if (!stillFails) expect(turns.length).toBeGreaterThan(0);
  });
  expect(after?.some(({ turns }) => turns)).toBe(true);
});
