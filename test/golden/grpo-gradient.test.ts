/** The GRPO loss through the llama-tiny policy against TRL: loss, global gradient norm and gradient entries within 1e-3. */
import { fileURLToPath } from 'node:url';
import { grpoLoss } from '@queryloop/grpo';
import { loadTensorflow, Policy } from '@queryloop/policy';
import { expect, test } from 'vitest';
import { type GrpoCase, grpoGolden, lossOptions } from './grpo-cases.ts';

const policy = await Policy.load(fileURLToPath(new URL('fixtures/llama-tiny', import.meta.url)));
const tf = await loadTensorflow();

/** The case's completions as groups, without TRL's padding. */
function packedGroups({ inputs }: GrpoCase) {
  const unpadded = (ids: number[][], mask: number[][]) => ids.map((row, i) => row.filter((_, t) => mask[i]![t]));
  const prompts = unpadded(inputs.prompt_ids, inputs.prompt_mask);
  const completions = unpadded(inputs.completion_ids, inputs.completion_mask);
  return prompts.map((promptIds, i) => ({ promptIds, completions: [completions[i]!] }));
}

test.each(grpoGolden.cases)('$name: loss and gradient through the policy are TRL’s', (golden) => {
  const { inputs, expected } = golden;
  const batch = policy.packGroups(packedGroups(golden));
  const cut = (rows: number[][]) => tf.tensor2d(rows.map((row) => row.slice(0, batch.maxTokens)));
  const { loss, gradients } = tf.tidy(() => {
    const { value, grads } = tf.engine().gradients(
      () =>
        grpoLoss(
          tf,
          {
            ...policy.forward(batch, 1),
            oldLogProbs: cut(inputs.old_per_token_logps),
            refLogProbs: cut(inputs.ref_per_token_logps),
            advantages: tf.tensor1d(inputs.advantages),
            mask: cut(inputs.completion_mask),
          },
          lossOptions(golden),
        ).loss,
      policy.weightTensors(),
    );
    return { loss: value.dataSync()[0]!, gradients: grads.map((gradient) => Array.from(gradient.dataSync())) };
  });

  expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-3);
  const norm = Math.hypot(...gradients.map((gradient) => Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0))));
  expect(Math.abs(norm / expected.grad_norm - 1)).toBeLessThan(1e-3);
  for (const [name, entries] of Object.entries(expected.grad_first8)) {
    const gradient = gradients[policy.weightSpecs.findIndex((spec) => spec.name === name)]!;
    const size = Math.max(...entries.map(Math.abs));
    // Relative to the largest entry of the weight: the golden file rounds to eight decimals.
    entries.forEach((entry, i) => {
      expect(Math.abs(gradient[i]! - entry)).toBeLessThan(1e-3 * size);
    });
  }
});
