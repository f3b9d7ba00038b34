import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  correctionModes,
  importanceWeights,
  type SampledElsewhere,
  samplingMetrics,
  unknownShare,
} from './importance-correction.ts';

const logProb = fc.double({ min: -12, max: 0, noNaN: true });
const token = fc.record({ logProb, sampling: fc.option(logProb), on: fc.boolean() });
const completion = fc.array(token, { minLength: 1, maxLength: 12 }).map(
  (tokens): SampledElsewhere => ({
    logProbs: tokens.map((each) => each.logProb),
    samplingLogProbs: tokens.map((each) => each.sampling),
    mask: tokens.map((each) => each.on),
  }),
);
const correction = fc.record({
  mode: fc.constantFrom(...correctionModes),
  cap: fc.double({ min: 1, max: 10, noNaN: true }),
  floor: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
});

it('changes nothing where both engines agree', () => {
  fc.assert(
    fc.property(completion, correction, (sampled, bounds) => {
      const same = { ...sampled, samplingLogProbs: sampled.logProbs };
      expect(importanceWeights(same, bounds).every((weight) => weight === 1)).toBe(true);
      expect(samplingMetrics([same], bounds)['sampling/sampling_logp_difference/max']).toBe(0);
    }),
  );
});

it('keeps weights within the bounds, or at 0 where they are masked', () => {
  fc.assert(
    fc.property(completion, correction, (sampled, bounds) => {
      for (const weight of importanceWeights(sampled, bounds)) {
        const masked = bounds.mode.endsWith('mask') && weight === 0;
        expect(masked || (weight <= bounds.cap && weight >= (bounds.floor ?? 0))).toBe(true);
      }
    }),
  );
});

it('does not look at tokens outside the mask', () => {
  fc.assert(
    fc.property(completion, correction, logProb, (sampled, bounds, other) => {
      const changed = sampled.samplingLogProbs.map((value, t) => (sampled.mask?.[t] ? value : other));
      expect(importanceWeights({ ...sampled, samplingLogProbs: changed }, bounds)).toEqual(
        importanceWeights(sampled, bounds),
      );
    }),
  );
});

it('says which share of the tokens in the loss it knows nothing of', () => {
  const samplingLogProbs = [-1, null, null, null];
  const one = { logProbs: [-1, -1, -1, -1], samplingLogProbs, mask: [true, true, false, true] };
  const other = { logProbs: [-1], samplingLogProbs: [-2] };
  expect(unknownShare([one, other])).toBe(0.5);
  expect(unknownShare([other])).toBe(0);
  expect(unknownShare([])).toBe(0);
});

it('has metrics for no completions, and refuses lengths that differ', () => {
  const bounds = { mode: 'token_truncate', cap: 3 } as const;
  expect(Object.values(samplingMetrics([], bounds))).toEqual([0, 0, 0, 0, 0]);
  expect(() => importanceWeights({ logProbs: [-1], samplingLogProbs: [] }, bounds)).toThrow(RangeError);
});
