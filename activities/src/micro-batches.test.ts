/** Parts of a batch hold every row once, in order, and no more tokens than allowed. */
import { join } from 'node:path';
import { type PackedGroup, Policy } from '@queryloop/policy';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { microBatches, packed } from './micro-batches.ts';
import type { TrainingGroup } from './training-batch.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await Policy.load(join(import.meta.dirname, '../../test/golden/fixtures/llama-tiny'));
});
afterAll(() => policy.dispose());

const groups = fc.array(
  fc.record({
    prompt: fc.integer({ min: 1, max: 50 }),
    lengths: fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1 }),
  }),
);

function groupsOf(shapes: readonly { prompt: number; lengths: readonly number[] }[]): TrainingGroup[] {
  let next = 0;
  return shapes.map(({ prompt, lengths }) => ({
    promptIds: new Array<number>(prompt).fill(1),
    rows: lengths.map((length) => ({
      completion: { ids: new Array<number>(length).fill(2), logProbs: [], finished: true, text: String(next++) },
      multiplicity: 1,
      advantage: 0,
      counted: true,
    })),
  }));
}

it('keeps every row once, in order, within the bound', () => {
  fc.assert(
    fc.property(groups, fc.integer({ min: 1, max: 400 }), (shapes, tokens) => {
      const given = groupsOf(shapes);
      const parts = microBatches(policy, given, { microBatchTokens: tokens });
      const textsOf = (all: readonly TrainingGroup[]) =>
        all.flatMap(({ rows }) => rows.map(({ completion }) => completion.text));
      expect(textsOf(parts.flat())).toEqual(textsOf(given));
      for (const part of parts) {
        const single = part.length === 1 && part[0]?.rows.length === 1;
        if (!single && policy.countTokens(packed(part)) > tokens)
          // The first row of a group goes in whatever is left beside its prompt; empty completions take no room.
          expect(part.flatMap(({ rows }) => rows).filter(({ completion }) => completion.ids.length > 0).length).toBe(1);
      }
    }),
  );
});

it('is one part without a bound, and one for each group where two do not fit', () => {
  const given = groupsOf([
    { prompt: 4, lengths: [3, 3] },
    { prompt: 4, lengths: [3, 3] },
  ]);
  expect(microBatches(policy, given, {})).toEqual([given]);
  expect(policy.tokensWithin(1e9, { gradientCheckpointing: true })).toBeGreaterThan(policy.tokensWithin(1e9));
  expect(microBatches(policy, given, { microBatchTokens: 18 })).toEqual([given]);
  expect(microBatches(policy, given, { microBatchTokens: 17 })).toEqual([[given[0]], [given[1]]]);
  expect(microBatches(policy, given, { microBatchTokens: 6 })).toHaveLength(4);
});

it('counts what the policy computes: what all prompts of a part begin with once', () => {
  const given = groupsOf([
    { prompt: 41, lengths: [3, 3] },
    { prompt: 43, lengths: [3] },
  ]);
  const rows = (groups: PackedGroup[]) => {
    const { prompts, rows: completions } = policy.packGroups(groups);
    return (prompts.common?.ids.length ?? 0) + prompts.own.ids.length + completions.ids.length;
  };
  expect(policy.countTokens(packed(given))).toBe(40 + 2 + 9);
  expect(rows(packed(given))).toBe(51);
  expect(microBatches(policy, given, { microBatchTokens: 51 })).toHaveLength(1);
  expect(microBatches(policy, given, { microBatchTokens: 50 })).toHaveLength(2);
});
