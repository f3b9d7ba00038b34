/** The adapters over one base: at most one is in use, either applied beside the frozen weights or merged into them. */
import type { Tensor } from '@tensorflow/tfjs';
import type { Adapter } from './adapter.ts';
import type { Model } from './decoder.ts';
import type { HeldWeights } from './held-weights.ts';
import { lowRankProduct } from './low-rank.ts';
import { tensorflow, tidy } from './tensorflow.ts';

export class AdapterSet {
  /** The base's weights by name; merging replaces some. */
  private readonly weights: HeldWeights;
  private readonly byName = new Map<string, Adapter>();
  private used: string | null = null;
  private merged = false;

  constructor(weights: HeldWeights) {
    this.weights = weights;
  }

  get names(): string[] {
    return [...this.byName.keys()];
  }

  /** Name of the adapter in use; null is the base alone. */
  get active(): string | null {
    return this.used;
  }

  get isMerged(): boolean {
    return this.merged;
  }

  /** Memory of all adapters. */
  get bytes(): number {
    return 4 * [...this.byName.values()].reduce((sum, adapter) => sum + adapter.parameterCount(), 0);
  }

  /** Takes over an adapter under a new name, without using it. */
  add(name: string, adapter: Adapter): void {
    if (this.byName.has(name)) throw new RangeError(`there is an adapter "${name}" already`);
    this.byName.set(name, adapter);
  }

  get(name: string): Adapter {
    const adapter = this.byName.get(name);
    if (!adapter) throw new RangeError(`no adapter "${name}"; there are: ${this.names.join(', ') || 'none'}`);
    return adapter;
  }

  /** Uses an adapter, or with null the base alone. */
  use(name: string | null): void {
    if (this.merged) throw new RangeError(`adapter "${this.used}" is merged; unmerge it first`);
    if (name !== null) this.get(name);
    this.used = name;
  }

  /** The adapter that is applied beside the weights: in use and not merged into them. */
  get applied(): Adapter | null {
    return this.used === null || this.merged ? null : this.get(this.used);
  }

  /** Adds scale · B·A of the adapter in use to the weights of the base. */
  merge(): void {
    this.move(1, false);
  }

  /** Takes it off again: equal to what was there before up to the rounding of one addition and one subtraction. */
  unmerge(): void {
    this.move(-1, true);
  }

  private move(sign: number, from: boolean): void {
    if (this.used === null || this.merged !== from)
      throw new RangeError(from ? 'no adapter is merged' : 'no adapter is in use, or it is merged already');
    const tf = tensorflow();
    const adapter = this.get(this.used);
    for (const { name } of adapter.config.modules) {
      const key = `${name}.weight`;
      const moved = tidy(() => tf.add(this.weights.get(key), tf.mul(productOf(adapter, name), sign)));
      this.weights.replace(key, moved);
    }
    this.merged = !from;
  }

  /**
   * The model for sampling: weights with the adapter merged in, made at first use, so that a decoding step has no more matrix products
   * than the base. `release` frees them.
   */
  mergedView(model: Model): { model: Model; release: () => void } {
    const adapter = this.applied;
    if (!adapter) return { model, release: () => undefined };
    const tf = tensorflow();
    const kept = new Map<string, Tensor>();
    const moduleOf = (weight: string) => weight.slice(0, -'.weight'.length);
    const merge = (name: string) => tf.add(model.weight(name), productOf(adapter, moduleOf(name)));
    const weight = (name: string) => {
      if (!adapter.changes(moduleOf(name))) return model.weight(name);
      const known = kept.get(name) ?? tidy(() => tf.keep(merge(name)));
      kept.set(name, known);
      return known;
    };
    const foldedWeight = (name: string, norm: string) =>
      adapter.changes(moduleOf(name)) ? tf.mul(merge(name), model.weight(norm)) : model.foldedWeight(name, norm);
    return {
      model: { ...model, weight, foldedWeight, lowRank: () => null },
      release: () => tf.dispose([...kept.values()]),
    };
  }

  dispose(): void {
    for (const adapter of this.byName.values()) adapter.dispose();
  }
}

function productOf(adapter: Adapter, module: string): Tensor {
  const lowRank = adapter.lowRank(module);
  if (!lowRank) throw new RangeError(`the adapter has no ${module}`);
  return lowRankProduct(lowRank);
}
