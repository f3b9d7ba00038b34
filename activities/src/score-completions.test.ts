import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ArtifactRef,
  type Completion,
  DatasetConfig,
  Executions,
  executionsOf,
  type Group,
  type OutcomeWeights,
  RewardConfig,
  type Rewards,
  type Rollout,
  rewardParts,
  type Shard,
  UserError,
} from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDataset, type PreparedDataset, questionsByPrompt } from './dataset-artifact.ts';
import { prepareDataset } from './prepare-dataset.ts';
import { proposeQueries } from './propose-queries.ts';
import { openScorer } from './query-scorer.ts';
import { previousRewards } from './rollout-artifact.ts';
import { scoreCompletions } from './score-completions.ts';
import { contextIn } from './step-context.fixture.ts';
import { loadTrainingBatch } from './training-batch.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-steps-'));
const context = contextIn(folder);
let ref: ArtifactRef;
let dataset: PreparedDataset;

beforeAll(async () => {
  const prepared = await prepareDataset(
    { dataset: DatasetConfig.parse({ name: 'built-in-world' }), database: 'sqlite' },
    context,
  );
  ref = prepared.dataset;
  expect(prepared.label).toContain('built-in world');
  dataset = await loadDataset(ref, context);
});
afterAll(async () => {
  await (await openScorer(dataset, 'train', 'sqlite', context)).close();
  rmSync(folder, { recursive: true });
});

const completion = (text: string, proposed = false): Completion => ({
  ids: [1],
  logProbs: [0],
  text,
  finished: true,
  proposed,
});

/** A group about the `place`-th prompt that names an athlete. */
function groupOf(completions: Completion[], place = 0): Group {
  const prompts = [...questionsByPrompt(dataset.splits.train)].filter(([text]) => text.includes('{athlete}'));
  const [prompt, questions] = prompts[place] as [string, number[]];
  return { prompt, promptIds: [1], questions: questions.slice(0, 2), completions };
}

function score(completions: Completion[], previous: ArtifactRef[] = []) {
  return scoreRollout({ update: 1, groups: [groupOf(completions)] }, previous);
}

async function scoreRollout(
  rollout: Rollout,
  previous: ArtifactRef[],
  { shard = { index: 0, of: 1 }, reward = RewardConfig.parse({}) }: { shard?: Shard; reward?: RewardConfig } = {},
) {
  const stored = await context.artifacts.putJson('rollout', rollout);
  const scored = await scoreCompletions(
    {
      dataset: ref,
      rollout: stored,
      update: 1,
      previous,
      reward,
      database: 'sqlite',
      shard,
    },
    context,
  );
  return {
    ref: scored.rewards,
    scored: { rollout: stored, rewards: scored.rewards },
    rewards: await context.artifacts.getJson<Rewards>(scored.rewards),
    executions: await context.artifacts.getJson<Executions>(scored.executions as ArtifactRef),
    metrics: scored.metrics,
    adopted: scored.metrics['proposals/adopted'],
  };
}

const fails = 'SELECT nothing FROM nowhere';
const runs = "SELECT 'no such answer'";

describe('scoreCompletions', () => {
  it('rewards samples and adopts a proposal only when it does better than all of them', async () => {
    const { rewards, adopted } = await score([
      completion(fails),
      completion(fails),
      completion(runs, true),
      completion(fails, true),
    ]);
    expect(rewards.rewards).toEqual([[-0.5, -0.5, 0, null]]);
    expect(Object.values(rewards.found)).toEqual([runs]);
    expect(adopted).toBe(1);
    const better = await score([completion(runs), completion(runs, true)]);
    expect(better.rewards.rewards).toEqual([[0, null]]);
    expect(better.rewards.found).toEqual({});
  });

  it('remembers what was found, and of equal proposals the earlier one', async () => {
    const first = await score([completion(fails), completion(runs, true)]);
    const second = await score([completion(fails), completion(runs, true), completion(`${runs} `, true)], [first.ref]);
    expect(Object.values(second.rewards.found)).toEqual([runs]);
    const third = await score([completion(runs), completion(runs, true)], [second.ref]);
    expect(Object.values(third.rewards.found)).toEqual([runs]);
  });

  it('knows the same of the prompts whether one step scored them or several', async () => {
    const updates = [
      [
        [completion(fails), completion(runs, true)],
        [completion(runs), completion(fails)],
        [completion(fails), completion(runs, true)],
      ],
      [
        [completion(runs), completion(`${runs} `, true)],
        [completion(fails), completion(`${runs}  `, true)],
      ],
    ];
    let whole: ArtifactRef[] = [];
    let parts: ArtifactRef[] = [];
    for (const completions of updates) {
      const groups = completions.map((each, place) => groupOf(each, place));
      whole = [(await scoreRollout({ update: 1, groups }, whole)).ref];
      // the last shard has nothing to score
      parts = await Promise.all(
        [0, 1, 2, 3].map(async (index) => {
          const shard = { index, of: 4 };
          const own = groups.filter((_, place) => place % 4 === index);
          return (await scoreRollout({ update: 1, groups: own }, parts, { shard })).ref;
        }),
      );
      expect(await previousRewards(parts, context)).toEqual(await previousRewards(whole, context));
    }
    const { found, solved } = await previousRewards(parts, context);
    expect(Object.values(found).sort()).toEqual([runs, `${runs}  `, runs].sort());
    expect(Object.keys(solved)).toHaveLength(3);
    const own = await context.artifacts.getJson<Rewards>(parts[1] as ArtifactRef);
    expect(Object.keys(own.solved)).toEqual([groupOf([], 1).prompt]);
  });

  it('keeps what each query returned, and rewards can be had from it again', async () => {
    const markup = "SELECT 'one', '<b>two</b>' UNION ALL SELECT NULL, 2";
    const group = groupOf([
      completion(runs),
      completion(markup),
      completion('SELECT name FROM nowhere'),
      completion(runs),
    ]);
    const { rewards, executions, metrics } = await scoreRollout({ update: 1, groups: [group] }, []);
    expect(Executions.parse(executions)).toEqual(executions);
    const of = (place: number) => executionsOf(executions, 0, place);
    expect(of(1)).toEqual(
      group.questions.map(() => ({
        ran: true,
        outcome: 'wrong',
        rems: 0,
        columns: ['one', '<b>two</b>'],
        rowCount: 2,
        rows: [
          ['one', '<b>two</b>'],
          [null, 2],
        ],
      })),
    );
    expect(of(2)[0]).toEqual({ ran: false, outcome: 'unknown_name', message: 'unknown table: nowhere' });
    expect(of(3)).toEqual(of(0));
    expect(executions.executions).toHaveLength(3);
    const again = [0, 1, 2, 3].map((place) =>
      Object.values(rewardParts(of(place), executions.weights as OutcomeWeights)).reduce((sum, part) => sum + part, 0),
    );
    expect(again).toEqual(rewards.rewards[0]);
    expect(metrics).toMatchObject({ 'outcomes/wrong': 0.75, 'outcomes/unknown_name': 0.25, 'outcomes/ok': 0 });
    expect(() => executionsOf(executions, 0, 4)).toThrow(RangeError);
  });

  it('keeps the first rows of a large result and the beginning of a long cell', async () => {
    const long = `SELECT 'x${'y'.repeat(400)}'`;
    const many = 'SELECT a.name FROM Athlete a, Athlete b';
    const { executions } = await score([completion(long), completion(many), completion(fails)]);
    const [cell] = executionsOf(executions, 0, 0).map((each) => (each.ran ? each.rows[0]?.[0] : null));
    expect(cell).toBe(`x${'y'.repeat(198)}…`);
    const [large] = executionsOf(executions, 0, 1);
    expect(large).toMatchObject({ outcome: 'truncated', rowCount: 200 });
    expect(large?.ran && large.rows.length).toBe(5);
  });

  it('gives the same artifact for the same input', async () => {
    expect(await score([completion(fails), completion(runs)])).toEqual(
      await score([completion(fails), completion(runs)]),
    );
  });
});

describe('reward functions', () => {
  const lengths = `export default (batch) => batch.map(({ tokens, outcome }) => (outcome.kind === 'error' ? null : tokens * 2));`;

  it('adds up what several give, and keeps what each gave', async () => {
    const reward = RewardConfig.parse({
      functions: [
        { name: 'executes', weight: 2 },
        { name: 'length', weight: -0.5 },
      ],
    });
    const completions = [completion(fails), completion(runs), completion(runs, true)];
    const { rewards, executions, scored } = await scoreRollout({ update: 1, groups: [groupOf(completions)] }, [], {
      reward,
    });
    expect(rewards.rewards).toEqual([[-0.5, 1.5, null]]);
    expect(rewards.components).toEqual({
      combine: 'sum',
      functions: [
        { name: 'executes', weight: 2 },
        { name: 'length', weight: -0.5 },
      ],
      scores: [[[0, 1, 1]], [[1, 1, 1]]],
    });
    expect(executions.weights).toBeUndefined();
    const { metrics } = await loadTrainingBatch([scored], { scaleRewards: 'group', maskTruncated: false }, context);
    // Of the completions that are learned from: the proposal is none.
    expect(metrics).toMatchObject({
      reward: 0.5,
      'rewards/executes/mean': 0.5,
      'rewards/executes/std': Math.SQRT1_2,
      'rewards/length/mean': 1,
      'rewards/length/std': 0,
    });
  });

  it('leaves out a function that does not apply, and a completion that none applies to', async () => {
    const module = join(folder, 'lengths.mjs');
    writeFileSync(module, lengths);
    const own = { name: 'lengths', module, weight: 0.25 };
    const group = groupOf([completion(fails), completion(runs), completion(runs, true)]);
    const both = RewardConfig.parse({ functions: [{ name: 'outcome' }, own] });
    const summed = await scoreRollout({ update: 1, groups: [group] }, [], { reward: both });
    expect(summed.rewards.rewards).toEqual([[-0.5, 0.5, null]]);
    expect(summed.rewards.components?.scores[1]).toEqual([[null, 2, 2]]);
    const alone = await scoreRollout({ update: 1, groups: [group] }, [], {
      reward: RewardConfig.parse({ functions: [own] }),
    });
    expect(alone.rewards.rewards).toEqual([[null, 0.5, null]]);
    const { active } = await loadTrainingBatch(
      [alone.scored],
      { scaleRewards: 'group', maskTruncated: false },
      context,
    );
    expect(active).toEqual([]);
  });

  it('is learned from as GDPO says, whether one step scored the groups or several', async () => {
    const reward = RewardConfig.parse({
      functions: [{ name: 'executes' }, { name: 'length', weight: -1 }],
      combine: 'gdpo',
    });
    const longer = { ...completion(`${runs}  `), ids: [1, 2, 3], logProbs: [0, 0, 0] };
    const groups = [
      groupOf([completion(fails), completion(runs), longer]),
      groupOf([completion(runs), completion(runs)], 1),
    ];
    const settings = { scaleRewards: 'group', maskTruncated: false } as const;
    const whole = await scoreRollout({ update: 1, groups }, [], { reward });
    const parts = await Promise.all(
      groups.map((group, index) =>
        scoreRollout({ update: 1, groups: [group] }, [], { reward, shard: { index, of: 2 } }),
      ),
    );
    const batch = await loadTrainingBatch([whole.scored], settings, context);
    expect(
      await loadTrainingBatch(
        parts.map(({ scored }) => scored),
        settings,
        context,
      ),
    ).toEqual(batch);
    const advantages = batch.active.map(({ rows }) => rows.map(({ advantage }) => advantage));
    expect(advantages).toHaveLength(1);
    const [failed, short, long] = advantages[0] as number[];
    expect(short).toBeGreaterThan(0);
    expect(failed).toBeLessThan(0);
    expect(long).toBeLessThan(0);
    expect(batch.metrics['frac_reward_zero_std']).toBe(0.5);
  });

  it('says what is wrong with a module of the user’s, and scores once it is mended', async () => {
    const module = join(folder, 'broken.mjs');
    writeFileSync(module, 'export default (batch) => batch.slice(1).map(() => 1)');
    const reward = RewardConfig.parse({ functions: [{ name: 'broken', module }] });
    const groups = [groupOf([completion(fails), completion(runs)])];
    const scoring = scoreRollout({ update: 1, groups }, [], { reward });
    await expect(scoring).rejects.toThrow(/reward function broken \(.*broken\.mjs\) gave 3 scores for 4 queries/);
    await expect(scoring).rejects.toBeInstanceOf(UserError);
    const mended = join(folder, 'mended.mjs');
    writeFileSync(mended, 'export default (batch) => batch.map(() => 1)');
    const again = RewardConfig.parse({ functions: [{ name: 'broken', module: mended }] });
    expect((await scoreRollout({ update: 1, groups }, [], { reward: again })).rewards.rewards).toEqual([[1, 1]]);
  });
});

describe('proposeQueries', () => {
  it('draws queries about just the values the prompt names, the found one first, the same for the same key', () => {
    const prompt = 'question: whatever {athlete} did at {tournament} ?\n';
    const drawn = proposeQueries(dataset, { prompt, bindings: {} }, undefined, 6, [1, 2]);
    expect(drawn).toHaveLength(6);
    for (const sql of drawn) expect([...new Set(sql.match(/\{\w+\}/g))].sort()).toEqual(['{athlete}', '{tournament}']);
    expect(proposeQueries(dataset, { prompt, bindings: {} }, undefined, 6, [1, 2])).toEqual(drawn);
    expect(proposeQueries(dataset, { prompt, bindings: {} }, 'SELECT 1', 6, [1, 2])).toEqual([
      'SELECT 1',
      ...drawn.slice(0, 5),
    ]);
    expect(proposeQueries(dataset, { prompt, bindings: {} }, 'SELECT 1', 0, [1, 2])).toEqual([]);
  });
});
