/** Memory of the prompt pass: the keys and values it makes, and what one layer needs on the way, however many layers there are. */
import { afterAll, expect, it } from 'vitest';
import type { Policy } from './policy.ts';
import { smallPolicy, someIds } from './test-policy.ts';

const [prompts, length, heads, headSize] = [24, 60, 2, 8];
const policies: Policy[] = [];
afterAll(() => {
  for (const policy of policies) policy.dispose();
});

/** Most bytes of tensors at a time while one token is sampled behind each prompt, above those of the policy, and those of the cache. */
async function peak(layers: number, common: number): Promise<{ peak: number; cache: number }> {
  const policy = await smallPolicy({ num_hidden_layers: layers });
  policies.push(policy);
  const { tf } = policy;
  const before = tf.memory().numBytes;
  const start = someIds(common, 1);
  const groups = Array.from({ length: prompts }, (_, i) => ({
    promptIds: [...start, ...someIds(length - common, 2, i)],
    ...{ samples: 1, key: [i] },
  }));
  const { peakBytes } = await tf.profile(async () => {
    await policy.generate({ groups, maxTokens: 1, temperature: 0, seedKey: [1] });
    return tf.scalar(0);
  });
  return { peak: peakBytes - before, cache: 2 * 4 * layers * prompts * 64 * heads * headSize };
}

it.each([0, 40])('grows with the layers by what they keep alone, with %i tokens in common', async (common) => {
  const [few, many] = [await peak(12, common), await peak(22, common)];
  const grown = (many.peak - few.peak) / (many.cache - few.cache);
  // 5.2 and 5.7: the cache, its views (which are counted again), and the weights as sampling reads them. 16.9 and 7.7 with what all
  // layers need on the way, or with every layer's keys twice.
  expect(grown).toBeLessThan(6.4);
});
