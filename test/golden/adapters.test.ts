/** Adapters that PEFT saved (make_adapters.py): the same logits, log-probabilities and gradients of A and B, applied and merged. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { Policy } from '@queryloop/policy';
import type { Scalar } from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { largestGap } from './largest-gap.ts';
import { baseOf } from './save-adapters.ts';

interface Expected {
  cases: { input_ids: number[]; token_logprobs: number[]; last_logits: number[] }[];
  gradients?: {
    input_ids: number[];
    prompt: number;
    loss: number;
    norms: Record<string, number>;
    first8: Record<string, number[]>;
  };
}

const root = fileURLToPath(new URL('fixtures/adapters', import.meta.url));

describe.each(readdirSync(root))('%s', (name) => {
  const { cases, gradients } = JSON.parse(
    gunzipSync(readFileSync(`${root}/${name}/expected.json.gz`)).toString('utf8'),
  ) as Expected;
  let policy: Policy;
  beforeAll(async () => {
    policy = await Policy.load(`${root}/${name}`, { base: baseOf(name) });
  });
  afterAll(() => policy.dispose());

  it('computes what PEFT computes, applied and merged', async () => {
    const agree = async () => {
      for (const { input_ids, token_logprobs, last_logits } of cases) {
        expect(largestGap(await policy.score(input_ids), token_logprobs)).toBeLessThan(1e-3);
        expect(largestGap(await policy.lastLogits(input_ids), last_logits)).toBeLessThan(1e-3);
      }
    };
    await agree();
    policy.mergeAdapter();
    await agree();
    policy.unmergeAdapter();
    await agree();
    policy.useAdapter(null);
    const [one] = cases;
    expect(largestGap(await policy.lastLogits(one?.input_ids ?? []), one?.last_logits ?? [])).toBeGreaterThan(0.01);
    policy.useAdapter('default');
  });

  if (gradients)
    it('has the gradient of every matrix', () => {
      const { input_ids: ids, prompt, loss: expectedLoss, norms, first8 } = gradients;
      const batch = policy.packGroups([{ promptIds: ids.slice(0, prompt), completions: [ids.slice(prompt)] }]);
      const { tf, trainable } = policy;
      const { loss, found } = tf.tidy(() => {
        const { value, grads } = tf
          .engine()
          .gradients(() => tf.neg(tf.sum(policy.forward(batch, 1).logProbs)) as Scalar, trainable.weightTensors());
        return { loss: value.dataSync()[0], found: grads.map((gradient) => Array.from(gradient.dataSync())) };
      });
      expect(loss).toBeCloseTo(expectedLoss, 3);
      expect(trainable.weightSpecs.map((spec) => spec.name)).toEqual(Object.keys(norms).sort());
      trainable.weightSpecs.forEach((spec, i) => {
        const gradient = found[i] as number[];
        const norm = norms[spec.name] as number;
        expect(Math.abs(Math.hypot(...gradient) / norm - 1), spec.name).toBeLessThan(1e-3);
        expect(largestGap(gradient.slice(0, 8), first8[spec.name] as number[])).toBeLessThan(1e-3 * norm);
      });
    });
});
