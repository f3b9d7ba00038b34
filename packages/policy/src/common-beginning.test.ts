import type { Scalar, Tensor } from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { type PackedGroup, packPrompts } from './group-batch.ts';
import type { Policy } from './policy.ts';
import { smallPolicy, someIds } from './test-policy.ts';

const schema = someIds(40, 1);
/** Groups that begin alike, one of them with nothing more than the beginning and its last token. */
const groups: PackedGroup[] = [7, 0, 3, 12].map((length, g) => ({
  promptIds: [...schema, ...someIds(length, 2, g), 9],
  completions: Array.from({ length: 1 + (g % 3) }, (_, c) => someIds(2 + 3 * c + g, 3, g, c)),
}));

interface Result {
  logProbs: number[][];
  gradients: Float32Array[];
}

/** Log-probabilities of all completions, and the gradient of the sum of their squares. */
function passOver(policy: Policy, parts: readonly (readonly PackedGroup[])[]): Result {
  const { tf } = policy;
  const logProbs: number[][] = [];
  const sums: Float32Array[] = [];
  for (const part of parts) {
    const batch = policy.packGroups(part);
    const { value, grads } = tf.engine().gradients(() => {
      const result = policy.forward(batch, 0.9);
      const rows = result.logProbs.arraySync() as number[][];
      logProbs.push(...rows.map((row, n) => row.slice(0, batch.lengths[n])));
      return tf.sum(tf.square(result.logProbs)) as Scalar;
    }, policy.weightTensors());
    grads.forEach((gradient, i) => {
      const values = gradient.dataSync() as Float32Array;
      sums[i] = sums[i] ? values.map((each, k) => each + (sums[i]?.[k] ?? 0)) : values.slice();
    });
    tf.dispose([value, ...grads] as Tensor[]);
  }
  return { logProbs, gradients: sums };
}

function expectClose(some: Result, others: Result): void {
  some.logProbs.forEach((row, n) => {
    row.forEach((value, t) => {
      expect(value).toBeCloseTo(others.logProbs[n]?.[t] ?? Number.NaN, 4);
    });
  });
  some.gradients.forEach((values, i) => {
    const scale = values.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const gap = values.reduce((most, each, k) => Math.max(most, Math.abs(each - (others.gradients[i]?.[k] ?? 0))), 0);
    expect(gap).toBeLessThan(2e-5 * scale + 1e-7);
  });
}

describe.each([
  ['llama', {}],
  ['sliding windows', { model_type: 'mistral', sliding_window: 16 }],
  ['linear scaling', { rope_scaling: { type: 'linear', factor: 2 } }],
])('prompts that begin alike: %s', (_, overrides) => {
  it('give what they give one by one, gradients too', async () => {
    const policy = await smallPolicy({ max_position_embeddings: 96, ...overrides });
    expect(policy.packGroups(groups).prompts.common?.ids).toHaveLength(40);
    expectClose(
      passOver(policy, [groups]),
      passOver(
        policy,
        groups.map((group) => [group]),
      ),
    );
    policy.dispose();
  });

  it('are sampled from with the log-probabilities that the trainer computes', async () => {
    const policy = await smallPolicy({ max_position_embeddings: 96, ...overrides });
    const asked = groups.map(({ promptIds }, i) => ({ promptIds, samples: 2, key: [i] }));
    const generated = await policy.generate({ groups: asked, maxTokens: 8, temperature: 0.9, seedKey: [5] });
    const alone = await policy.generate({ groups: asked.slice(2, 3), maxTokens: 8, temperature: 0.9, seedKey: [5] });
    const completions = generated.map((group) => group.completions.map(({ ids }) => ids));
    expect(alone[0]?.completions.map(({ ids }) => ids)).toEqual(completions[2]);
    const { logProbs } = passOver(
      policy,
      asked.map(({ promptIds }, g) => [{ promptIds, completions: completions[g] ?? [] }]),
    );
    generated
      .flatMap((group) => group.completions)
      .forEach((completion, n) => {
        completion.logProbs.forEach((value, t) => {
          expect(value).toBeCloseTo(logProbs[n]?.[t] ?? Number.NaN, 4);
        });
      });
    policy.dispose();
  });
});

it('shares equal prompts, short beginnings not, and those of dynamic scaling only at one length', () => {
  const plain = { rope: { type: 'default', theta: 1e4 } } as const;
  const dynamic = { rope: { type: 'dynamic', theta: 1e4, factor: 2, originalPositions: 8 } } as const;
  const prompts = groups.map(({ promptIds }) => promptIds);
  expect(packPrompts([schema, schema], plain)).toMatchObject({ width: 39, common: { ids: { length: 39 } } });
  expect(packPrompts([schema, schema], plain).own.ids).toHaveLength(0);
  expect(packPrompts([schema], plain).common).toBeNull();
  expect(
    packPrompts(
      prompts.map((ids) => ids.slice(20)),
      plain,
    ).common,
  ).toBeNull();
  expect(packPrompts(prompts, dynamic).common).toBeNull();
  expect(packPrompts([schema, [...schema.slice(0, -1), 3]], dynamic).common?.ids).toHaveLength(39);
});
