/** Run as a process by adamw.test.ts: samples and trains a small policy, prints the hash of its weights. */
import { createHash } from 'node:crypto';
import { OptimizerConfig } from '@queryloop/contracts';
import type { Scalar } from '@tensorflow/tfjs';
import { AdamW } from './adamw.ts';
import { smallPolicy, someIds } from './test-policy.ts';

const policy = await smallPolicy({ hidden_size: 64, intermediate_size: 128 });
const optimizer = new AdamW(policy, OptimizerConfig.parse({ learningRate: 1e-3 }));
const { tf } = policy;
for (let update = 0; update < 3; update++) {
  const prompts = Array.from({ length: 8 }, (_, i) => ({
    promptIds: someIds(10 + i, update, i),
    samples: 8,
    key: [i],
  }));
  const generated = await policy.generate({ groups: prompts, maxTokens: 12, temperature: 1, seedKey: [1, update] });
  const batch = policy.packGroups(
    prompts.map(({ promptIds }, i) => ({
      promptIds,
      completions: (generated[i]?.completions ?? []).map(({ ids }) => ids),
    })),
  );
  const advantages = Array.from({ length: batch.completionCount }, (_, n) => [(n % 3) - 1]);
  optimizer.step(
    () => tf.neg(tf.mean(tf.mul(policy.forward(batch, 1).logProbs, tf.tensor2d(advantages)))) as Scalar,
    3,
  );
}
const hash = createHash('sha256');
for (const { values } of policy.weightArrays())
  hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
console.log(hash.digest('hex'));
