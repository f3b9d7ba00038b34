/** What an optimizer steps: named weights that can be read as tensors and replaced by one flat vector. */
import type { Tensor, Tensor1D } from '@tensorflow/tfjs';
import type { HeldWeights } from './held-weights.ts';
import { sizeOf, type WeightSpec } from './model-weights.ts';
import { tensorflow } from './tensorflow.ts';

export type NamedShape = Pick<WeightSpec, 'name' | 'shape'>;

/** All weights of a policy, or those of the adapter in use. */
export interface Trainable {
  /** Sorted by name: the order of files, of gradients and of the optimizer's state. */
  readonly weightSpecs: readonly NamedShape[];
  /** The weights in the order of `weightSpecs`. */
  weightTensors(): Tensor[];
  /** Takes new values for all weights from one flat vector [parameterCount]. */
  replaceWeights(flat: Tensor1D): void;
  parameterCount(): number;
}

export function countOf(specs: readonly NamedShape[]): number {
  return specs.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Tensors one after the other as one vector, as `Trainable.replaceWeights` takes it. */
export function joinFlat(tensors: readonly Tensor[]): Tensor1D {
  const tf = tensorflow();
  return tf.concat1d(tensors.map((tensor) => tf.reshape(tensor, [-1]) as Tensor1D));
}

/** Replaces `weights` by the parts of a flat vector; the old tensors are freed, the vector is not. */
export function replaceByParts(weights: HeldWeights, specs: readonly NamedShape[], flat: Tensor1D): void {
  const tf = tensorflow();
  const sizes = specs.map(({ shape }) => sizeOf(shape));
  const parts = tf.tidy(() => tf.split(flat, sizes).map((part, i) => tf.reshape(part, specs[i]?.shape as number[])));
  specs.forEach(({ name }, i) => {
    weights.replace(name, parts[i] as Tensor);
  });
}
