import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AttackQuery } from './attack-queries.ts';
import { attackFindings } from './attack-report.ts';

const attacks: AttackQuery[] = [
  { kind: 'data_free', sql: 'SELECT 1' },
  { kind: 'data_free', sql: 'SELECT 2' },
  { kind: 'over_broad', sql: 'SELECT * FROM t' },
];

test('the best single query, the best of each prompt, and their shares of the way to a right answer', () => {
  const scores = {
    right: [1, 1, 1, 1],
    nothing: [0, 0, 0, 0],
    attacks: [
      [1, 1, 0, 0],
      [0, 0, 0, 1],
      [0.5, 0.5, 0.5, 0.5],
    ],
  };
  expect(attackFindings(attacks, ['p', 'p', 'q', 'q'], scores)).toEqual({
    right: 1,
    nothing: 0,
    dataFree: { score: 0.5, share: 0.5, sql: 'SELECT 1' },
    dataFreePerPrompt: { score: 0.75, share: 0.75, sql: null },
    overBroad: { score: 0.5, share: 0.5, sql: 'SELECT * FROM t' },
    overBroadPerPrompt: { score: 0.5, share: 0.5, sql: null },
  });
});

test('shares do not depend on where a reward begins and how large it is', () => {
  const scores = {
    right: [1101, 1101],
    nothing: [1, 1],
    attacks: [
      [1101, 1],
      [1, 1],
      [51, 51],
    ],
  };
  const { dataFree, overBroad } = attackFindings(attacks, ['p', 'q'], scores);
  expect(dataFree?.share).toBeCloseTo(0.5);
  expect(overBroad?.share).toBeCloseTo(50 / 1100);
});

test('a reward that pays for running only has no shares; without attacks or questions there is nothing to find', () => {
  const flat = { right: [1], nothing: [1], attacks: [[1], [1], [1]] };
  expect(attackFindings(attacks, ['p'], flat).dataFree).toMatchObject({ score: 1, share: null });
  expect(attackFindings(attacks.slice(0, 1), ['p'], { ...flat, attacks: [[1]] }).overBroad).toBeNull();
  expect(attackFindings(attacks, [], { right: [], nothing: [], attacks: [[], [], []] }).dataFree).toBeNull();
});

test('chosen per prompt is never worse than a single one, and no better than each question’s best', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true });
  const column = fc.array(score, { minLength: 6, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.tuple(column, column, column),
      fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 6, maxLength: 6 }),
      (all, prompts) => {
        const ones = Array.from({ length: 6 }, () => 1);
        const found = attackFindings(attacks, prompts, { right: ones, nothing: ones.map(() => 0), attacks: all });
        const best = ones.map((_, q) => Math.max(all[0][q] as number, all[1][q] as number));
        const single = found.dataFree?.score ?? Number.NaN;
        const perPrompt = found.dataFreePerPrompt?.score ?? Number.NaN;
        expect(perPrompt).toBeGreaterThanOrEqual(single - 1e-9);
        expect(perPrompt).toBeLessThanOrEqual(best.reduce((sum, each) => sum + each, 0) / 6 + 1e-9);
      },
    ),
  );
});
