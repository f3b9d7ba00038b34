/** Losses of completions with messages in them against TRL's with tool masks (make_tool_mask_loss.py): value, gradient, metrics. */
import { readFileSync } from 'node:fs';
import { grpoLoss, type LossOptions } from '@queryloop/grpo';
import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

interface ToolMaskCase {
  name: string;
  options: LossOptions;
  inputs: {
    completionMask: number[][];
    toolMask: number[][];
    logProbs: number[][];
    oldLogProbs: number[][];
    refLogProbs: number[][];
    entropy: number[][];
    /** One a completion, or one a token. */
    advantages: number[] | number[][];
  };
  expected: { loss: number; gradient: number[][]; metrics: Record<string, number> };
}

const cases: ToolMaskCase[] = JSON.parse(
  readFileSync(new URL('fixtures/grpo/tool-mask-loss.json', import.meta.url), 'utf8'),
);

/** What `other` gives at places that are not in the loss stands there instead. */
function compute({ options, inputs }: ToolMaskCase, other?: (place: number) => number) {
  const mask = inputs.completionMask.map((row, n) => row.map((on, t) => on * (inputs.toolMask[n]?.[t] ?? 0)));
  const width = mask[0]?.length ?? 0;
  const filled = (rows: number[][]) =>
    tf.tensor2d(
      rows.map((row, n) => row.map((value, t) => (other && mask[n]?.[t] === 0 ? other(n * width + t) : value))),
    );
  const rest = {
    oldLogProbs: filled(inputs.oldLogProbs),
    refLogProbs: filled(inputs.refLogProbs),
    entropy: filled(inputs.entropy),
    mask: tf.tensor2d(mask),
    advantages: Array.isArray(inputs.advantages[0])
      ? filled(inputs.advantages as number[][])
      : tf.tensor1d(inputs.advantages as number[]),
  };
  const logProbs = filled(inputs.logProbs);
  let metrics: Record<string, number> = {};
  const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => {
    const result = grpoLoss(tf, { ...rest, logProbs: x as tf.Tensor2D }, options);
    metrics = result.metrics();
    return result.loss;
  })(logProbs);
  return { loss: value.dataSync()[0] as number, gradient: Array.from(grad.dataSync()), metrics };
}

describe.each(cases)('$name', (golden) => {
  const { expected } = golden;

  test('is TRL’s', () => {
    const { loss, gradient, metrics } = compute(golden);
    expect(Math.abs(loss - expected.loss)).toBeLessThan(1e-5);
    expected.gradient.flat().forEach((value, i) => {
      expect(Math.abs((gradient[i] ?? Number.NaN) - value)).toBeLessThan(2e-6);
    });
    // TRL always logs the entropy
    expect(Object.keys(metrics).sort()).toEqual(Object.keys(expected.metrics).sort());
    for (const [name, value] of Object.entries(metrics)) expect(value).toBeCloseTo(expected.metrics[name] ?? 0, 5);
  });

  test('does not see what stands in messages and padding', () => {
    const plain = compute(golden);
    const noise = fc.oneof(
      fc.double({ min: -1e4, max: 1e4, noNaN: true }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
    );
    // advantages are numbers at least
    const values = Array.isArray(golden.inputs.advantages[0]) ? fc.double({ min: -9, max: 9, noNaN: true }) : noise;
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 8 }), (some) => {
        expect(compute(golden, (place) => some[place % some.length] as number)).toEqual(plain);
      }),
      { numRuns: 20 },
    );
  });
});
