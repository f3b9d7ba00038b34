/** Parts of a batch hold every row once, in order, and no more tokens than allowed. */
import { join } from 'node:path';
import { type PackedGroup, Policy } from '@queryloop/policy';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type MemorySettings, microBatches, packed } from './micro-batches.ts';
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
      expect(textsOf(parts.flatMap((part) => part.groups))).toEqual(textsOf(given));
      for (const { groups: part } of parts) {
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
  const partsOf = (settings: MemorySettings) => microBatches(policy, given, settings).map((part) => part.groups);
  expect(partsOf({})).toEqual([given]);
  expect(partsOf({ microBatchTokens: 18 })).toEqual([given]);
  expect(partsOf({ microBatchTokens: 17 })).toEqual([[given[0]], [given[1]]]);
  expect(partsOf({ microBatchTokens: 6 })).toHaveLength(4);
});

it('checkpoints as few layers as keep a group whole, unless a setting says otherwise', () => {
  const layers = 12;
  /** A policy of which a part holds 20 tokens, and one more for each layer that is checkpointed. */
  const large = {
    config: { ...policy.config, layers },
    countTokens: (groups: PackedGroup[]) => policy.countTokens(groups),
    tokensWithin: (_: number, { checkpointedLayers = 0 } = {}) => 20 + checkpointedLayers,
  };
  const given = groupsOf([
    { prompt: 4, lengths: [3, 3] },
    { prompt: 20, lengths: [3, 3] },
    { prompt: 4, lengths: [3, 3] },
    { prompt: 4, lengths: [3] },
    { prompt: 21, lengths: [9, 3, 3] },
  ]);
  const shapeOf = (settings: MemorySettings) =>
    microBatches(large, given, settings).map(({ groups: part, checkpointedLayers }) => [
      part.map(({ rows }) => rows.length),
      checkpointedLayers,
    ]);
  expect(shapeOf({})).toEqual([
    [[2], 0],
    [[2], 5],
    [[2, 1], 0],
    [[2], layers],
    [[1], layers],
  ]);
  expect(shapeOf({ gradientCheckpointing: true })).toEqual([
    [[2], layers],
    [[2], layers],
    [[2, 1], layers],
    [[2], layers],
    [[1], layers],
  ]);
  const none = [
    [[2], 0],
    [[1], 0],
    [[1], 0],
    [[2, 1], 0],
    [[1], 0],
    [[1], 0],
    [[1], 0],
  ];
  expect(shapeOf({ gradientCheckpointing: false })).toEqual(none);
  expect(shapeOf({ microBatchTokens: 20 })).toEqual(none);
});

it('holds more tokens the more layers are checkpointed', () => {
  const { layers } = policy.config;
  const within = (checkpointedLayers: number) => policy.tokensWithin(1e9, { checkpointedLayers });
  expect(within(layers)).toBeGreaterThan(within(layers - 1));
  expect(within(layers)).toBeGreaterThan(within(0));
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
