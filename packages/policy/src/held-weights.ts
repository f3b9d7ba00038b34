/**
 * Weights by name. Those of a half-precision checkpoint are held as they are stored until something changes them; who reads one gets it
 * in float32.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { pickRows } from './decoder-ops.ts';
import { HalfMatrix, type Held } from './half-matrix.ts';
import { tensorflow, tidy } from './tensorflow.ts';

export class HeldWeights {
  private readonly held: Map<string, Held>;

  /** Takes over the tensors. */
  constructor(weights: Iterable<readonly [string, Held]>) {
    this.held = new Map(weights);
  }

  /** A weight in float32: the tensor that is held, or a cast that the caller's scope (tf.tidy) frees. */
  get(name: string): Tensor {
    const held = this.held.get(name) as Held;
    return held instanceof HalfMatrix ? held.widened() : held;
  }

  /** Rows of a weight in float32, differentiable where it is held so. */
  rows(name: string, ids: Int32Array): Tensor {
    const held = this.held.get(name) as Held;
    return held instanceof HalfMatrix ? held.rows(ids) : pickRows(held, ids);
  }

  /** The weight's numbers, copied. */
  values(name: string): Float32Array {
    return tidy(() => this.get(name).dataSync() as Float32Array);
  }

  /** Whether each reading makes a cast. Such a weight gets no gradient. */
  isHalf(name: string): boolean {
    return this.held.get(name) instanceof HalfMatrix;
  }

  get hasHalves(): boolean {
    return [...this.held.values()].some((held) => held instanceof HalfMatrix);
  }

  /** Takes over a tensor in the place of a weight, which is freed. */
  replace(name: string, weight: Tensor): void {
    this.held.get(name)?.dispose();
    this.held.set(name, tensorflow().keep(weight));
  }

  /** Holds all in float32 from now on, as training does: a gradient is by a tensor that stays the same. */
  widen(): void {
    for (const [name, held] of this.held)
      if (held instanceof HalfMatrix)
        this.replace(
          name,
          tidy(() => held.widened()),
        );
  }

  /** Memory of what is held. */
  get bytes(): number {
    return [...this.held.values()].reduce(
      (sum, held) => sum + (held instanceof HalfMatrix ? held.bytes : 4 * held.size),
      0,
    );
  }

  dispose(): void {
    for (const held of this.held.values()) held.dispose();
  }
}
