/** A step run as a recorded graph gives, bit for bit, what its operations give one by one. */
import { describe, expect, it } from 'vitest';
import { RecordedGraph } from './recorded-graph.ts';
import type { GenerateRequest } from './sampler.ts';
import { loadTensorflow } from './tensorflow.ts';
import { smallPolicy, someIds } from './test-policy.ts';

describe.each([
  ['grouped-query attention', {}],
  ['biases, untied head', { model_type: 'qwen2', tie_word_embeddings: false }],
  ['head norms', { model_type: 'qwen3', head_dim: 12 }],
  ['windows', { model_type: 'mistral', sliding_window: 4 }],
  ['a vocabulary of uneven blocks', { vocab_size: 531 }],
])('%s', (_, overrides) => {
  it.each([0, 1, 0.8])(
    'samples the same before and after its steps are recorded, at temperature %d',
    async (temperature) => {
      const policy = await smallPolicy(overrides);
      const request: GenerateRequest = {
        groups: [7, 1, 12].map((length, i) => ({ promptIds: someIds(length, 20 + i), samples: 3 + i, key: [i] })),
        // more than one width of the cache
        maxTokens: 45,
        temperature,
        seedKey: [5],
      };
      const first = await policy.generate(request);
      const tensors = policy.tf.memory().numTensors;
      const second = await policy.generate(request);
      expect(second).toEqual(first);
      // other graphs, with the rest of the batch left out
      const ids = (groups: typeof first) => groups.map(({ completions }) => completions.map((one) => one.ids));
      const part = await policy.generate({ ...request, groups: request.groups.slice(0, 2) });
      expect(ids(part)).toEqual(ids(first.slice(0, 2)));
      expect(policy.tf.memory().numTensors).toBe(tensors);
      policy.dispose();
    },
  );
});

describe('RecordedGraph', () => {
  it('runs on other values, constants included, and writes in place', async () => {
    const tf = await loadTensorflow();
    const compute = (x: ReturnType<typeof tf.tensor2d>) => [tf.add(tf.mul(x, 3), tf.range(0, 2)), tf.sum(x, 1)];
    const x = tf.tensor2d([[1, 2]]);
    const { graph, outputs } = RecordedGraph.record([x], () => compute(x));
    expect(outputs.map((t) => Array.from(t.dataSync()))).toEqual([[3, 7], [3]]);
    expect(graph.run([tf.tensor2d([[-1, 0.5]])]).map((t) => Array.from(t.dataSync()))).toEqual([[-3, 2.5], [-0.5]]);
    graph.dispose();
  });

  it('refuses what is not among its inputs', async () => {
    const tf = await loadTensorflow();
    const [x, other] = [tf.tensor1d([1]), tf.tensor1d([2])];
    tf.add(x, other);
    expect(() => RecordedGraph.record([x], () => [tf.add(x, other)])).toThrow('not among its inputs');
  });
});
