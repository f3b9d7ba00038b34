/**
 * Every architecture and rotary scaling against transformers, on the checkpoints of make_checkpoints.py: logits, log-probabilities and
 * greedy tokens, also beyond sliding windows and original contexts; for one, the gradient of every weight.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Policy } from '@queryloop/policy';
import type { Scalar } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestGap } from './largest-gap.ts';

interface Expected {
  cases: { input_ids: number[]; token_logprobs: number[]; last_logits: number[]; greedy: number[] }[];
  gradients?: {
    input_ids: number[];
    prompt: number;
    loss: number;
    norms: Record<string, number>;
    first8: Record<string, number[]>;
  };
}

const root = fileURLToPath(new URL('fixtures/architectures', import.meta.url));

describe.each(readdirSync(root))('%s', (name) => {
  const folder = `${root}/${name}`;
  const { cases, gradients } = JSON.parse(
    gunzipSync(readFileSync(`${folder}/expected.json.gz`)).toString('utf8'),
  ) as Expected;
  let policy: Policy;
  beforeAll(async () => {
    policy = await Policy.load(folder);
  });
  afterAll(() => policy.dispose());

  it.each(cases.map((one) => ({ ...one, length: one.input_ids.length })))(
    'agrees on $length tokens',
    async ({ input_ids, token_logprobs, last_logits, greedy }) => {
      expect(largestGap(await policy.score(input_ids), token_logprobs)).toBeLessThan(1e-3);
      expect(largestGap(await policy.lastLogits(input_ids), last_logits)).toBeLessThan(1e-3);
      const [group] = await policy.generate({
        groups: [{ promptIds: input_ids, samples: 2, key: [0] }],
        maxTokens: 16,
        temperature: 0,
        seedKey: [0],
      });
      for (const completion of group?.completions ?? []) expect(completion.ids).toEqual(greedy);
    },
  );

  if (gradients)
    it('has the gradient of every weight', () => {
      const { input_ids: ids, prompt, loss: expectedLoss, norms, first8 } = gradients;
      const batch = policy.packGroups([{ promptIds: ids.slice(0, prompt), completions: [ids.slice(prompt)] }]);
      const { tf } = policy;
      const { loss, found } = tf.tidy(() => {
        const { value, grads } = tf
          .engine()
          .gradients(() => tf.neg(tf.sum(policy.forward(batch, 1).logProbs)) as Scalar, policy.weightTensors());
        return { loss: value.dataSync()[0], found: grads.map((gradient) => Array.from(gradient.dataSync())) };
      });
      expect(loss).toBeCloseTo(expectedLoss, 3);
      expect(policy.weightSpecs.map((spec) => spec.name).sort()).toEqual(Object.keys(norms).sort());
      policy.weightSpecs.forEach((spec, i) => {
        const gradient = found[i] as number[];
        const norm = norms[spec.name] as number;
        expect(Math.abs(Math.hypot(...gradient) / norm - 1)).toBeLessThan(1e-3);
        expect(largestGap(gradient.slice(0, 8), first8[spec.name] as number[])).toBeLessThan(1e-3 * norm);
      });
    });
});
