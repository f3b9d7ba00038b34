/** packages/grpo against TRL: loss, metrics and advantages from TRL's own log-probabilities. */
import { computeAdvantages, grpoLoss } from '@queryloop/grpo';
import * as tf from '@tensorflow/tfjs';
import { expect, test } from 'vitest';
import { grpoGolden, lossOptions } from './grpo-cases.ts';

const metricNames = ['kl', 'entropy', 'clip_ratio/low_mean', 'clip_ratio/high_mean', 'clip_ratio/region_mean'];

test.each(grpoGolden.cases)('$name: loss and metrics are TRL’s', (golden) => {
  const { inputs, expected } = golden;
  const rows = inputs.completion_mask.length;
  const { loss, metrics } = grpoLoss(
    tf,
    {
      logProbs: tf.tensor2d(inputs.per_token_logps),
      oldLogProbs: tf.tensor2d(inputs.old_per_token_logps),
      refLogProbs: tf.tensor2d(inputs.ref_per_token_logps),
      advantages: tf.tensor1d(inputs.advantages),
      mask: tf.tensor2d(inputs.completion_mask),
      entropy: tf.tensor2d(inputs.entropies),
      active: tf.ones([rows]),
    },
    lossOptions(golden),
  );
  expect(Math.abs(loss.dataSync()[0]! / expected.loss - 1)).toBeLessThan(1e-3);
  const actual = metrics();
  expect(Object.keys(actual).sort()).toEqual(metricNames.filter((name) => name in expected.metrics).sort());
  for (const [name, value] of Object.entries(actual)) expect(value).toBeCloseTo(expected.metrics[name]![0], 5);
});

test('advantages are TRL’s', () => {
  for (const { inputs, config } of grpoGolden.cases) {
    const size = grpoGolden.group_size;
    const groups = Array.from({ length: inputs.rewards.length / size }, (_, g) =>
      inputs.rewards.slice(g * size, (g + 1) * size),
    );
    const { advantages, zeroStd } = computeAdvantages({ rewards: groups, scaleRewards: config.scale_rewards });
    advantages.flat().forEach((advantage, i) => {
      expect(advantage).toBeCloseTo(inputs.advantages[i]!, 5);
    });
    expect(zeroStd).toEqual(groups.map(() => false));
  }
});
