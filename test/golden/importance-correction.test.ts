/** Weights, metrics and losses of completions that another engine sampled, against TRL's own code (make_importance_correction.py). */
import { readFileSync } from 'node:fs';
import { type CorrectionMode, grpoLoss, importanceWeights, type LossType, samplingMetrics } from '@queryloop/grpo';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';

interface Golden {
  max_completion_length: number;
  old: number[][];
  /** null: the sampler did not say. */
  sampling: (number | null)[][];
  policy: number[][];
  reference: number[][];
  mask: number[][];
  advantages: number[];
  cases: {
    mode: CorrectionMode;
    cap: number;
    floor: number | null;
    loss_type: LossType;
    level: 'token' | 'sequence';
    beta: number;
    weights: number[][];
    metrics: Record<string, number>;
    loss: number;
  }[];
}

const golden: Golden = JSON.parse(
  readFileSync(new URL('fixtures/grpo/importance-correction.json', import.meta.url), 'utf8'),
);
const completions = golden.old.map((logProbs, i) => ({
  logProbs,
  samplingLogProbs: golden.sampling[i] as (number | null)[],
  mask: (golden.mask[i] as number[]).map((on) => on === 1),
}));

test.each(golden.cases)('$mode with $loss_type, cap $cap, floor $floor', (wanted) => {
  const correction = { mode: wanted.mode, cap: wanted.cap, floor: wanted.floor ?? undefined };
  const weights = completions.map((completion) => importanceWeights(completion, correction));
  weights.forEach((row, i) => {
    expect(row).toHaveLength(wanted.weights[i]?.length ?? 0);
    row.forEach((weight, t) => {
      expect(weight).toBeCloseTo(wanted.weights[i]?.[t] as number, 5);
    });
  });

  const metrics = samplingMetrics(completions, correction);
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(wanted.metrics).sort());
  for (const [name, value] of Object.entries(metrics)) expect(value).toBeCloseTo(wanted.metrics[name] as number, 5);

  const { loss } = grpoLoss(
    tf,
    {
      logProbs: tf.tensor2d(golden.policy),
      oldLogProbs: tf.tensor2d(golden.old),
      refLogProbs: tf.tensor2d(golden.reference),
      advantages: tf.tensor1d(golden.advantages),
      mask: tf.tensor2d(golden.mask),
      importance: tf.tensor2d(weights),
    },
    {
      lossType: wanted.loss_type,
      importanceSampling: wanted.level,
      epsilon: 0.2,
      epsilonHigh: wanted.loss_type === 'cispo' ? 5 : 0.2,
      beta: wanted.beta,
      entropyCoefficient: 0,
      maxCompletionLength: golden.max_completion_length,
    },
  );
  expect(loss.dataSync()[0]).toBeCloseTo(wanted.loss, 5);
});
