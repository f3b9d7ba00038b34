/** A LoRA adapter: its settings and its matrices, the only weights that are trained while it is in use. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { type AdapterConfig, adapterSpecs, matrixName, scalingOf } from './adapter-config.ts';
import { HeldWeights } from './held-weights.ts';
import type { LowRank } from './low-rank.ts';
import { sizeOf } from './model-weights.ts';
import { ownTensor } from './native-ops.ts';
import { keyedStream } from './random.ts';
import type { NamedArray } from './safetensors.ts';
import { countOf, type NamedShape, replaceByParts, type Trainable } from './trainable.ts';

export class Adapter implements Trainable {
  readonly config: AdapterConfig;
  readonly weightSpecs: readonly NamedShape[];
  /** Keys the draws of dropout. */
  readonly seed: number;
  private readonly weights: HeldWeights;
  private readonly modules: ReadonlySet<string>;

  /** Takes over the tensors. */
  constructor(config: AdapterConfig, weights: ReadonlyMap<string, Tensor>, seed: number) {
    this.config = config;
    this.weights = new HeldWeights(weights);
    this.seed = seed;
    this.weightSpecs = adapterSpecs(config);
    this.modules = new Set(config.modules.map(({ name }) => name));
  }

  /** Changes nothing yet: A is uniform up to ±1/√inputs (PEFT's Kaiming), keyed by (seed, name, index); B is zero. */
  static fresh(config: AdapterConfig, seed: number): Adapter {
    const weights = adapterSpecs(config).map((spec): [string, Tensor] => [
      spec.name,
      ownTensor(freshValues(spec, seed), spec.shape),
    ]);
    return new Adapter(config, new Map(weights), seed);
  }

  changes(module: string): boolean {
    return this.modules.has(module);
  }

  /** The path beside a module's projection; null where the adapter has none. With `dropoutKey`, as in training. */
  lowRank(module: string, dropoutKey?: readonly number[]): LowRank | null {
    if (!this.changes(module)) return null;
    const matrix = (which: 'A' | 'B') => this.weights.get(matrixName(module, which)) as Tensor2D;
    const rate = this.config.dropout;
    const dropout = dropoutKey && rate > 0 ? { rate, key: [this.seed, ...dropoutKey, ...lettersOf(module)] } : null;
    return { down: matrix('A'), up: matrix('B'), scale: scalingOf(this.config), dropout };
  }

  /** Whether every B is zero, as in one that was never trained. */
  isFresh(): boolean {
    return this.weightSpecs.every(
      ({ name }) => !name.endsWith('.lora_B.weight') || this.weights.values(name).every((value) => value === 0),
    );
  }

  weightTensors(): Tensor[] {
    return this.weightSpecs.map(({ name }) => this.weights.get(name));
  }

  weightArrays(): NamedArray[] {
    return this.weightSpecs.map(({ name, shape }) => ({ name, shape: [...shape], values: this.weights.values(name) }));
  }

  replaceWeights(flat: Tensor1D): void {
    replaceByParts(this.weights, this.weightSpecs, flat);
  }

  parameterCount(): number {
    return countOf(this.weightSpecs);
  }

  dispose(): void {
    this.weights.dispose();
  }
}

function freshValues({ name, shape }: NamedShape, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (name.endsWith('.lora_B.weight')) return values;
  const bound = 1 / Math.sqrt(shape[1] as number);
  const uniform = keyedStream([seed, ...lettersOf(name)]);
  return values.map((_, i) => bound * (2 * uniform(i) - 1));
}

function lettersOf(name: string): number[] {
  return Array.from(name, (letter) => letter.codePointAt(0) ?? 0);
}
