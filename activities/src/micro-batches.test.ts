/** Parts of an update hold every row once, in order, and no more tokens than allowed. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { microBatches } from './micro-batches.ts';
import type { TrainingGroup } from './training-batch.ts';

const tokensOf = (part: readonly TrainingGroup[]) =>
  part.reduce(
    (sum, { promptIds, rows }) =>
      rows.reduce((own, { completion }) => own + completion.ids.length, sum + promptIds.length),
    0,
  );

const groups = fc.array(
  fc.record({
    prompt: fc.integer({ min: 1, max: 30 }),
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
      const parts = microBatches(given, tokens);
      const textsOf = (all: readonly TrainingGroup[]) =>
        all.flatMap(({ rows }) => rows.map(({ completion }) => completion.text));
      expect(textsOf(parts.flat())).toEqual(textsOf(given));
      for (const part of parts) {
        const single = part.length === 1 && part[0]?.rows.length === 1;
        if (!single && tokensOf(part) > tokens)
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
  expect(microBatches(given)).toEqual([given]);
  expect(microBatches(given, 20)).toEqual([given]);
  expect(microBatches(given, 19)).toEqual([[given[0]], [given[1]]]);
  expect(microBatches(given, 7)).toHaveLength(4);
});
