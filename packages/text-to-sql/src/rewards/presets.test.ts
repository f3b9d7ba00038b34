/** The presets against the numbers of their papers: what a right, a wrong, a failed and a malformed answer earn (docs/rewards.md). */
import { comparatorNames, RewardConfig, rewardFunctionNames, rewardPresetNames } from '@queryloop/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../executors/contract.ts';
import type { RewardedQuery } from './contract.ts';
import { openReward } from './open-reward.ts';
import { rewardedQuery } from './rewarded-query.fixture.ts';
import { withheld } from './withhold.ts';

const table = (...rows: (string | number | null)[][]): Outcome => ({
  kind: 'rows',
  columns: [],
  rows,
  truncated: false,
});
const failed: Outcome = { kind: 'error', code: 'unknown_name', message: '' };
const notSelect: Outcome = { kind: 'error', code: 'not_select', message: '' };

const right = rewardedQuery({ gold: { answer: 'Rome' }, outcome: table(['Rome']) });
const cases = {
  right,
  wrong: { ...right, ...verdictOf(table(['Oslo'])) },
  failed: { ...right, ...verdictOf(failed) },
  malformed: { ...right, ...verdictOf(notSelect) },
  cut: { ...right, finished: false },
};

function verdictOf(outcome: Outcome): Pick<RewardedQuery, 'outcome' | 'verdict'> {
  return rewardedQuery({ gold: { answer: 'Rome' }, outcome });
}

async function reward(config: object, query: RewardedQuery): Promise<number> {
  const { terms, score } = openReward(RewardConfig.parse(config));
  const scores = await score([query]);
  return terms.reduce((sum, { weight }, k) => sum + weight * (scores[k]?.[0] ?? 0), 0);
}

describe('presets', () => {
  // SQL-R1: format 1 / −1; execution 2 / 0 / −2; result 3 / 0 / −3; length 0.5 · 8 / 2048 + 8 / 8 for the right one.
  const length = (0.5 * 'SELECT 2'.length) / 2048 + 1;
  test.each([
    ['default', { right: 1, wrong: 0, failed: -0.5, malformed: -0.5, cut: 1 }],
    ['paper', { right: 1101, wrong: 1, failed: -100, malformed: -100, cut: 1101 }],
    ['sql-r1', { right: 1 + 2 + 3 + length, wrong: 1 + 2 - 3, failed: 1 - 2, malformed: -1, cut: -1 }],
    ['arctic', { right: 1, wrong: 0.1, failed: 0, malformed: 0, cut: 1 }],
    ['skyrl', { right: 1, wrong: 0, failed: 0, malformed: -1, cut: -1 }],
    ['think2sql', { right: 1, wrong: 0.3 + 0.1, failed: 0.1, malformed: 0, cut: 0.9 }],
  ] as const)('%s', async (preset, expected) => {
    for (const [name, query] of Object.entries(cases))
      expect(await reward({ preset }, query), name).toBeCloseTo(expected[name as keyof typeof expected], 12);
  });

  test('all of the config’s names are there, and every one gives the right answer the most', async () => {
    for (const preset of rewardPresetNames) {
      const rewards = await Promise.all(Object.values(cases).map((query) => reward({ preset }, query)));
      expect(Math.max(...rewards), preset).toBe(rewards[0]);
      expect(Math.min(...rewards), preset).toBeLessThan(rewards[0] as number);
    }
  });

  test('length counts up to the longest response of SQL-R1, and no further', async () => {
    const long = { ...right, completion: `SELECT '${'x'.repeat(5000)}'` };
    expect(await reward({ preset: 'sql-r1' }, long)).toBe(1 + 2 + 3 + 0.5 + 1);
  });
});

describe('QATCH metrics, on the tables of its documentation', () => {
  const target = [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
    ['f', 'g'],
  ];
  const scores = async (rows: (string | number | null)[][], gold = target) => {
    const names = ['cell_precision', 'cell_recall', 'tuple_cardinality'];
    const { score } = openReward(RewardConfig.parse({ functions: names.map((name) => ({ name })) }));
    return (await score([rewardedQuery({ gold: { answer: '', rows: gold }, outcome: table(...rows) })])).flat();
  };
  test.each([
    // Target of four rows, prediction of two: 2 / 4 rows, 2 of 4 cells, 2 of 6 cells.
    [
      [
        ['a', 'b'],
        [3, 2],
      ],
      [0.5, 0.333, 0.5],
    ],
    [target, [1, 1, 1]],
    [
      [...target, ...target],
      [1, 1, 0.5],
    ],
    [[['b', 'a']], [1, 0.333, 0.25]],
    [[], [0, 0, 0]],
  ])('%j: %j', async (rows, expected) => expect(await scores(rows)).toEqual(expected));

  test('two empty tables are equal', async () => expect(await scores([], [])).toEqual([1, 1, 1]));
});

describe('functions', () => {
  const functions = rewardFunctionNames.map((name) => ({ name }));

  test('give one finite score for each query', async () => {
    const cell = fc.oneof(fc.string({ maxLength: 5 }), fc.integer(), fc.constant(null));
    const outcome: fc.Arbitrary<Outcome> = fc.oneof(
      fc.record({
        kind: fc.constant('rows' as const),
        columns: fc.constant<string[]>([]),
        rows: fc.array(fc.array(cell, { maxLength: 3 }), { maxLength: 4 }),
        truncated: fc.boolean(),
      }),
      fc.constantFrom(failed, notSelect),
    );
    const query = fc
      .record({ outcome, answer: fc.string({ maxLength: 12 }), finished: fc.boolean(), completion: fc.string() })
      .map(({ answer, ...parts }) => rewardedQuery({ ...parts, gold: { answer } }));
    await fc.assert(
      fc.asyncProperty(fc.array(query, { maxLength: 5 }), async (batch) => {
        const scores = await openReward(RewardConfig.parse({ functions })).score(batch);
        expect(scores).toHaveLength(functions.length);
        for (const own of scores) {
          expect(own).toHaveLength(batch.length);
          for (const score of own) expect(Number.isFinite(score)).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });

  test('comparators of a right answer give 1, of a withheld one 0, also where the gold table is empty', async () => {
    const { score } = openReward(RewardConfig.parse({ functions: comparatorNames.map((name) => ({ name })) }));
    const hidden = { outcome: withheld.outcome, verdict: withheld.judged.verdict };
    const empty = { ...right, gold: { answer: 'Rome', rows: [] }, ...hidden };
    const scores = await score([right, { ...right, ...hidden }, empty]);
    expect(scores).toEqual(comparatorNames.map(() => [1, 0, 0]));
  });

  test('a withheld query earns what a wrong one earns', async () => {
    const hidden = { ...right, outcome: withheld.outcome, verdict: withheld.judged.verdict };
    for (const preset of ['default', 'sql-r1', 'arctic', 'skyrl', 'paper'])
      expect(await reward({ preset }, hidden), preset).toBe(await reward({ preset }, cases.wrong));
  });
});
