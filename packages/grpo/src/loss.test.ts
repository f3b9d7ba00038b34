import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grpoLoss, type LossOptions } from './loss.ts';
import { lossMetrics } from './loss-metrics.ts';
import { countBatch } from './reduce.ts';

interface Row {
  logProbs: number[];
  old: number[];
  ref: number[];
  entropy: number[];
  length: number;
  advantage: number;
  copies: number;
  active: boolean;
}

const T = 4;
const logProb = fc.double({ min: -5, max: 0, noNaN: true });
const tokens = fc.array(logProb, { minLength: T, maxLength: T });
const row: fc.Arbitrary<Row> = fc.record({
  logProbs: tokens,
  old: tokens,
  ref: tokens,
  entropy: tokens.map((values) => values.map(Math.abs)),
  length: fc.integer({ min: 0, max: T }),
  advantage: fc.double({ min: -2, max: 2, noNaN: true }),
  copies: fc.integer({ min: 1, max: 4 }),
  active: fc.boolean(),
});
const rows = fc.array(row, { minLength: 1, maxLength: 5 });
const options: fc.Arbitrary<LossOptions> = fc.record({
  lossType: fc.constantFrom('grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo'),
  importanceSampling: fc.constantFrom('token', 'sequence'),
  epsilon: fc.constant(0.2),
  epsilonHigh: fc.constantFrom(0.2, 0.28, undefined),
  delta: fc.constantFrom(1.5, undefined),
  beta: fc.constantFrom(0, 0.04),
  entropyCoefficient: fc.constantFrom(0, 0.01),
  maxCompletionLength: fc.constant(T),
});

/** Loss, its gradient with respect to the log-probabilities and the metric sums of a batch. */
function evaluate(batch: Row[], opts: LossOptions) {
  const matrix = (key: 'logProbs' | 'old' | 'ref' | 'entropy') => tf.tensor2d(batch.map((r) => r[key]));
  let sums: ReturnType<ReturnType<typeof grpoLoss>['sums']> | undefined;
  const { value, grad } = tf.valueAndGrad((logProbs: tf.Tensor) => {
    const result = grpoLoss(
      tf,
      {
        logProbs: logProbs as tf.Tensor2D,
        oldLogProbs: matrix('old'),
        refLogProbs: matrix('ref'),
        advantages: tf.tensor1d(batch.map((r) => r.advantage)),
        mask: tf.tensor2d(batch.map((r) => Array.from({ length: T }, (_, t) => (t < r.length ? 1 : 0)))),
        entropy: matrix('entropy'),
        multiplicity: tf.tensor1d(batch.map((r) => r.copies)),
        active: tf.tensor1d(batch.map((r) => (r.active ? 1 : 0))),
      },
      opts,
    );
    sums = result.sums();
    return result.loss;
  })(matrix('logProbs'));
  return { loss: value.dataSync()[0]!, gradient: grad.arraySync() as number[][], sums: sums! };
}

const one: Row = {
  logProbs: [-1, -2, -1, -3],
  old: [-1.1, -1.5, -1, -2],
  ref: [-2, -2, -1, -1],
  entropy: [1, 2, 0.5, 1],
  length: 3,
  advantage: 1,
  copies: 1,
  active: true,
};
const plain: LossOptions = {
  lossType: 'dapo',
  importanceSampling: 'token',
  epsilon: 0.2,
  beta: 0,
  entropyCoefficient: 0,
  maxCompletionLength: T,
};
const runs = { numRuns: 40 };

test('a row of multiplicity m is m copies of it, in loss, gradient and metrics', () => {
  fc.assert(
    fc.property(rows, options, (batch, opts) => {
      const packed = evaluate(batch, opts);
      const copied = evaluate(
        batch.flatMap((r) => Array.from({ length: r.copies }, () => ({ ...r, copies: 1 }))),
        opts,
      );
      expect(packed.loss).toBeCloseTo(copied.loss, 4);
      let next = 0;
      batch.forEach((r, i) => {
        const own = copied.gradient.slice(next, next + r.copies);
        next += r.copies;
        packed.gradient[i]!.forEach((g, t) => {
          expect(g).toBeCloseTo(
            own.reduce((sum, copy) => sum + copy[t]!, 0),
            4,
          );
        });
      });
      const expected = lossMetrics([copied.sums]);
      for (const [name, value] of Object.entries(lossMetrics([packed.sums])))
        expect(value).toBeCloseTo(expected[name]!, 4);
    }),
    runs,
  );
});

test('inactive rows get no gradient, not even from KL, and leaving them out changes nothing', () => {
  fc.assert(
    fc.property(rows, options, (batch, opts) => {
      const { loss, gradient } = evaluate(batch, opts);
      batch.forEach((r, i) => {
        if (!r.active) expect(gradient[i]!.map(Math.abs)).toEqual([0, 0, 0, 0]);
      });
      const kept = batch.filter((r) => r.active);
      if (kept.length === 0) expect(Math.abs(loss)).toBe(0);
      else expect(loss).toBeCloseTo(evaluate(kept, opts).loss, 4);
    }),
    runs,
  );
});

test('micro-batches with the counts of the whole batch add up to the whole', () => {
  fc.assert(
    fc.property(rows, rows, options, (first, second, opts) => {
      const all = [...first, ...second];
      const counts = countBatch({
        lengths: all.map((r) => r.length),
        multiplicity: all.map((r) => r.copies),
        active: all.map((r) => r.active),
      });
      const whole = evaluate(all, opts);
      const parts = [first, second].map((batch) => evaluate(batch, { ...opts, ...counts }));
      expect(parts[0]!.loss + parts[1]!.loss).toBeCloseTo(whole.loss, 4);
      const gradients = parts.flatMap((part) => part.gradient.flat());
      whole.gradient.flat().forEach((g, i) => {
        expect(gradients[i]).toBeCloseTo(g, 4);
      });
      const together = lossMetrics(parts.map((part) => part.sums));
      for (const [name, value] of Object.entries(lossMetrics([whole.sums])))
        expect(together[name]).toBeCloseTo(value, 4);
    }),
    runs,
  );
});

test('KL is never negative, and 0 at the reference', () => {
  const kl = (r: Row) => lossMetrics([evaluate([r], { ...plain, beta: 1 }).sums]).kl!;
  fc.assert(
    fc.property(row, (r) => {
      expect(kl(r)).toBeGreaterThanOrEqual(0);
      expect(kl({ ...r, ref: r.logProbs })).toBe(0);
    }),
    runs,
  );
});

test('the gradient is that of finite differences away from the clipping bounds', () => {
  const opts = { ...plain, lossType: 'grpo', beta: 0.1, delta: 1.5 } as const;
  const { gradient } = evaluate([one], opts);
  for (let t = 0; t < T; t++) {
    const at = (step: number) =>
      evaluate([{ ...one, logProbs: one.logProbs.map((x, i) => (i === t ? x + step : x)) }], opts).loss;
    expect(gradient[0]![t]).toBeCloseTo((at(0.01) - at(-0.01)) / 0.02, 3);
  }
});

test('cispo weighs the log-probability by the bounded ratio, through which no gradient flows', () => {
  const { loss, gradient, sums } = evaluate([one], { ...plain, lossType: 'cispo', epsilonHigh: 0.95 });
  const weights = [0.95, Math.exp(-0.5), 0.95];
  expect(loss).toBeCloseTo(-weights.reduce((sum, w, t) => sum + w * one.logProbs[t]!, 0) / 3, 5);
  expect(gradient[0]).toEqual([...weights.map((w) => expect.closeTo(-w / 3, 5)), expect.closeTo(0, 10)]);
  expect(lossMetrics([sums])).toEqual({
    entropy: expect.closeTo(3.5 / 3, 5),
    cispo_clip_ratio: expect.closeTo(2 / 3, 5),
  });
});

test('the entropy bonus is the mean entropy per token, whatever the reduction', () => {
  for (const lossType of ['grpo', 'bnpo', 'dr_grpo', 'dapo', 'cispo'] as const) {
    const without = evaluate([one], { ...plain, lossType }).loss;
    const { loss } = evaluate([one], { ...plain, lossType, entropyCoefficient: 0.1 });
    expect(without - loss).toBeCloseTo((0.1 * 3.5) / 3, 5);
  }
});

test('what stands in the padding has no effect, infinite and NaN included', () => {
  const opts = { ...plain, beta: 0.1, entropyCoefficient: 0.1 };
  const clean = evaluate([one], opts);
  const pad = (values: number[], value: number) => [...values.slice(0, 3), value];
  const { NEGATIVE_INFINITY, NaN: nan } = Number;
  const dirty = evaluate(
    [
      {
        ...one,
        logProbs: pad(one.logProbs, NEGATIVE_INFINITY),
        old: pad(one.old, nan),
        ref: pad(one.ref, 900),
        entropy: pad(one.entropy, nan),
      },
    ],
    opts,
  );
  expect(dirty).toEqual(clean);
});

test('without old log-probabilities the ratio is 1 and the gradient that of REINFORCE', () => {
  const advantages = tf.tensor1d([2]);
  const mask = tf.ones<tf.Rank.R2>([1, T]);
  const gradient = tf.grad((x) => grpoLoss(tf, { logProbs: x as tf.Tensor2D, advantages, mask }, plain).loss)(
    tf.tensor2d([one.logProbs]),
  );
  expect(Array.from(gradient.dataSync())).toEqual([-0.5, -0.5, -0.5, -0.5]);
});

test('refuses shapes that do not match and inputs that are missing', () => {
  const inputs = {
    logProbs: tf.zeros<tf.Rank.R2>([2, 3]),
    mask: tf.ones<tf.Rank.R2>([2, 3]),
    advantages: tf.ones<tf.Rank.R1>([2]),
  };
  expect(() => grpoLoss(tf, { ...inputs, advantages: tf.ones<tf.Rank.R1>([1]) }, plain)).toThrow(
    'advantages has shape [1]; expected [2]',
  );
  expect(() => grpoLoss(tf, { ...inputs, mask: tf.ones([2, 1]) }, plain)).toThrow(
    'mask has shape [2,1]; expected [2,3]',
  );
  expect(() => grpoLoss(tf, inputs, { ...plain, beta: 0.1 })).toThrow('needs refLogProbs');
  expect(() => grpoLoss(tf, inputs, { ...plain, entropyCoefficient: 0.1 })).toThrow('needs entropy');
});
