/** Gradients by graphs are those of the operations one by one, bit for bit, in batches of other shapes than the graph was loaded for too. */
import { fileURLToPath } from 'node:url';
import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { expect, it } from 'vitest';
import type { ForwardOptions } from './forward-pass.ts';
import { type LossFn, loadedGradientGraphs, lossAndGradient, runsBeforeLoading } from './gradient-graphs.ts';
import type { PackedGroup } from './group-batch.ts';
import { Policy } from './policy.ts';
import { raggedGroups, smallPolicy, someIds } from './test-policy.ts';

const bfloat16Folder = fileURLToPath(new URL('../../../test/golden/fixtures/architectures/qwen2', import.meta.url));

/** Batches of different shapes whose passes take the same operations; products of more than 256 rows take others (onednn-kernels.ts). */
function batches(...promptTokens: number[]): PackedGroup[][] {
  return Array.from({ length: runsBeforeLoading + 2 }, (_, which) =>
    promptTokens.map((tokens, g) => ({
      promptIds: someIds(tokens + which, which, g),
      completions: [3, 11, 5, 9 + which, 2].slice(0, 4 + (g % 2)).map((length, i) => someIds(length, which, g, i)),
    })),
  );
}

function lossOf(
  policy: Policy,
  groups: PackedGroup[],
  options: ForwardOptions,
): () => { loss: Scalar; tensors: Tensor[] } {
  const { tf } = policy;
  const batch = policy.packGroups(groups);
  return () => {
    const { logProbs, entropy } = policy.forward(batch, 0.9, options);
    const loss =
      options.entropyGradient === false ? tf.sum(tf.square(logProbs)) : tf.sum(tf.add(tf.square(logProbs), entropy));
    return { loss: tf.div(loss, 7) as Scalar, tensors: [logProbs, tf.sum(entropy)] };
  };
}

/** Loss, gradient and observed tensors. */
function computed(policy: Policy, compute: ReturnType<typeof lossOf>, graphs: boolean): number[][] {
  let said: number[][] = [];
  const valuesOf = (tensor: Tensor) => Array.from(tensor.dataSync());
  const lossFn: LossFn = () => ({
    ...compute(),
    read: (tensors) => {
      said = tensors.map(valuesOf);
    },
  });
  const { loss, gradient } = lossAndGradient(lossFn, policy.trainable.weightTensors(), { graphs });
  const values = valuesOf(gradient);
  gradient.dispose();
  return [[loss], values, ...said];
}

it.each<[string, Record<string, unknown>, ForwardOptions, number[]]>([
  ['grouped-query attention', {}, {}, [7, 12, 3]],
  ['no entropy', {}, { entropyGradient: false }, [7, 12, 3]],
  ['biases, untied head', { model_type: 'qwen2', tie_word_embeddings: false }, {}, [7, 12, 3]],
  ['head norms', { model_type: 'qwen3', head_dim: 12 }, {}, [7, 12, 3]],
  ['windows', { model_type: 'mistral', sliding_window: 4 }, {}, [7, 12, 3]],
  ['layers kept by their inputs', {}, { checkpointedLayers: 2 }, [7, 12, 3]],
  ['tiles of long prompts', { max_position_embeddings: 512 }, {}, [300, 210, 205]],
])('%s', { timeout: 240_000 }, async (_, overrides, options, promptTokens) => {
  const policy = await smallPolicy(overrides);
  const before = loadedGradientGraphs();
  for (const [which, groups] of batches(...promptTokens).entries()) {
    const compute = lossOf(policy, groups, options);
    const expected = computed(policy, compute, false);
    const tensors = policy.tf.memory().numTensors;
    expect(computed(policy, compute, true)).toEqual(expected);
    expect(policy.tf.memory().numTensors).toBe(tensors);
    // The first of whatever shape are computed one operation after the other, then one graph serves all shapes.
    expect(loadedGradientGraphs()).toBe(which < runsBeforeLoading ? before : before + 1);
  }
  policy.dispose();
});

it('draws dropout by its key', { timeout: 240_000 }, async () => {
  const policy = await smallPolicy();
  policy.addAdapter('default', { seed: 1, base: null, rank: 2, dropout: 0.5 });
  policy.useAdapter('default');
  const before = loadedGradientGraphs();
  const gradients = Array.from({ length: runsBeforeLoading + 2 }, (_, key) => {
    const compute = lossOf(policy, batches(7, 12)[0] ?? [], { dropoutKey: [key] });
    const expected = computed(policy, compute, false);
    expect(computed(policy, compute, true)).toEqual(expected);
    return expected[1];
  });
  expect(loadedGradientGraphs()).toBe(before + 1);
  expect(gradients.at(-1)).not.toEqual(gradients.at(-2));
  policy.dispose();
});

it('casts frozen weights in half precision', { timeout: 240_000 }, async () => {
  const policy = await Policy.load(bfloat16Folder);
  policy.addAdapter('default', { seed: 1, base: null, rank: 2 });
  policy.useAdapter('default');
  const before = loadedGradientGraphs();
  const known = (ids: readonly number[]) => ids.map((id) => id % policy.tokenizer.vocabularySize);
  for (const groups of batches(7, 12, 3)) {
    const within = groups.map(({ promptIds, completions }) => ({
      promptIds: known(promptIds),
      completions: completions.map(known),
    }));
    const compute = lossOf(policy, within, {});
    const expected = computed(policy, compute, false);
    const tensors = policy.tf.memory().numTensors;
    expect(computed(policy, compute, true)).toEqual(expected);
    expect(policy.tf.memory().numTensors).toBe(tensors);
  }
  expect(loadedGradientGraphs()).toBe(before + 1);
  policy.dispose();
});

it('computes a loss that reads values one operation after the other', { timeout: 240_000 }, async () => {
  const policy = await smallPolicy();
  const { tf } = policy;
  const batch = policy.packGroups(raggedGroups);
  const lossFn = () => {
    const loss = tf.sum(policy.forward(batch, 1).logProbs);
    return (loss.dataSync()[0] as number) < 0 ? (tf.neg(loss) as Scalar) : (loss as Scalar);
  };
  const before = loadedGradientGraphs();
  for (let run = 0; run <= runsBeforeLoading; run++) {
    const { loss, gradient } = lossAndGradient(lossFn, policy.weightTensors());
    expect(loss).toBeGreaterThan(0);
    gradient.dispose();
  }
  expect(loadedGradientGraphs()).toBe(before);
  policy.dispose();
});
