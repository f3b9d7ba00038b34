import fc from 'fast-check';
import { expect, test } from 'vitest';
import { accepts, agreementOf, disagree, isDissent, sharedComparators } from './agreement.ts';

test('a comparator accepts what it gives 1, but for rounding; what it did not score it does not accept', () => {
  expect([1, 1 - 1e-12, 0.99, 0].map((rems) => accepts({ rems }, 'rems'))).toEqual([true, true, false, false]);
  expect(accepts({}, 'rems')).toBe(false);
});

test('counts who accepts what the other does not', () => {
  const all = [
    { ems: 1, exact: 1, soft_f1: 1 },
    { ems: 1, exact: 0, soft_f1: 0.5 },
    { ems: 1, exact: 0, soft_f1: 1 },
    { ems: 0, exact: 0, soft_f1: 0 },
  ];
  expect(agreementOf(all)).toEqual({
    n: 4,
    comparators: [
      { name: 'exact', mean: 0.25, accepted: 1 },
      { name: 'ems', mean: 0.75, accepted: 3 },
      { name: 'soft_f1', mean: 0.625, accepted: 2 },
    ],
    pairs: [
      { left: 'exact', right: 'ems', both: 1, leftOnly: 0, rightOnly: 2, neither: 1 },
      { left: 'exact', right: 'soft_f1', both: 1, leftOnly: 0, rightOnly: 1, neither: 2 },
      { left: 'ems', right: 'soft_f1', both: 2, leftOnly: 1, rightOnly: 0, neither: 1 },
    ],
  });
  expect(all.map((scores) => disagree(scores, ['exact', 'ems']))).toEqual([false, true, true, false]);
  expect(all.map((scores) => isDissent(scores, { accepted: 'exact', rejected: 'ems' }))).not.toContain(true);
  expect(disagree(undefined, ['exact', 'ems'])).toBe(false);
});

test('names are those that all queries have: known ones first, then others by name', () => {
  const scores = { zeta: 1, ems: 1, alpha: 1, exact: 1 };
  expect(sharedComparators([scores, { ...scores, rems: 1 }])).toEqual(['exact', 'ems', 'alpha', 'zeta']);
  expect(sharedComparators([])).toEqual([]);
  expect(agreementOf([])).toEqual({ n: 0, comparators: [], pairs: [] });
});

test('a pair adds up to all queries and to what each accepts', () => {
  const score = fc.constantFrom(0, 0.5, 1);
  fc.assert(
    fc.property(fc.array(fc.record({ exact: score, ems: score, rems: score })), (all) => {
      const { n, comparators, pairs } = agreementOf(all);
      const accepted = (name: string) => comparators.find((each) => each.name === name)?.accepted;
      for (const { left, right, both, leftOnly, rightOnly, neither } of pairs) {
        expect(both + leftOnly + rightOnly + neither).toBe(n);
        expect([both + leftOnly, both + rightOnly]).toEqual([accepted(left), accepted(right)]);
        expect(all.filter((scores) => disagree(scores, [left, right]))).toHaveLength(leftOnly + rightOnly);
      }
    }),
  );
});
