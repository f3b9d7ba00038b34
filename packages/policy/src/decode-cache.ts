/** The key/value cache of sampling: rows in chunks of one prompt each, prompt keys shared by a chunk, own keys per row. */
import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { hiddenScore } from './attention-plan.ts';
import { chooseSlots, ofChunks } from './chunks.ts';
import type { Model } from './decoder.ts';
import type { KeyValues } from './group-attention.ts';
import type { PromptRows } from './group-batch.ts';
import { takeRows, writesInPlace } from './native-ops.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** Lengths of prompts and own tokens are rounded up to this, so that few shapes occur. */
const lengthStep = 32;

/** A sample to keep in the cache. */
export interface Slot {
  prompt: number;
  /** Number by which the caller knows it. */
  sample: number;
}

/** One layer's tensors; C chunks, S slots a chunk, K key/value heads, room for L own tokens. */
export interface LayerCache {
  /** Prompt keys and values [C · K, Tp, headSize]; null when prompts have one token. */
  prefix: { keys: Tensor3D; values: Tensor3D } | null;
  /** Own keys and values [C · K · S · L, headSize], written in place. */
  own: { keys: Tensor2D; values: Tensor2D };
}

export class DecodeCache {
  /** Sample of each row, in (chunk, slot) order; −1 for a slot that pads a chunk. */
  rows: number[] = [];
  chunks = 0;
  slots = 1;
  /** Tp: room for prompt tokens. */
  readonly prefixWidth: number;
  /** L: room for own tokens. */
  ownWidth = 0;
  layers: LayerCache[] = [];
  private chunkPrompts = new Int32Array();
  private readonly model: Model;
  private readonly prompts: PromptRows;
  private readonly promptCache: KeyValues[];

  /** Takes over `promptCache`, the result of promptKeyValues. */
  constructor(model: Model, prompts: PromptRows, promptCache: KeyValues[]) {
    this.model = model;
    this.prompts = prompts;
    this.prefixWidth = roundUp(prompts.width);
    // one after the other, so that hardly more than one copy is there at any time
    this.promptCache = promptCache.map(({ keys, values }) => {
      const wide = tidy(() => ({ keys: this.widened(keys), values: this.widened(values) }));
      tensorflow().dispose([keys, values]);
      return wide;
    });
  }

  private widened(t: Tensor): Tensor {
    const tf = tensorflow();
    const pad = this.prefixWidth - (t.shape[2] as number);
    return tf.keep(
      pad === 0
        ? tf.clone(t)
        : tf.pad(t, [
            [0, 0],
            [0, 0],
            [0, pad],
            [0, 0],
          ]),
    );
  }

  /** Keeps exactly the given samples (sorted by prompt) and drops the others. New samples may only come in the first call. */
  arrange(kept: readonly Slot[]): void {
    const { keyValueHeads } = this.model.config;
    const byPrompt = new Map<number, Slot[]>();
    for (const slot of kept) byPrompt.set(slot.prompt, [...(byPrompt.get(slot.prompt) ?? []), slot]);
    const slots = chooseSlots(
      [...byPrompt.values()].map((group) => group.length),
      this.prompts.width,
    );
    const chunkPrompts: number[] = [];
    const rows: number[] = [];
    for (const [prompt, group] of byPrompt)
      for (let start = 0; start < group.length; start += slots) {
        chunkPrompts.push(prompt);
        for (let slot = 0; slot < slots; slot++) rows.push(group[start + slot]?.sample ?? -1);
      }
    const chunks = chunkPrompts.length;
    const oldRowOf = new Map(this.rows.map((sample, row) => [sample, row]));
    const oldRows = rows.map((sample) => oldRowOf.get(sample) ?? 0);
    const index = this.layers.length > 0 ? this.ownIndex(oldRows, chunks, slots) : null;
    this.chunkPrompts = Int32Array.from(chunkPrompts);
    this.replaceLayers((layer, former) => ({
      prefix: this.sharedPrefix(layer, chunks * keyValueHeads),
      own: former && index ? this.both(former.own, (t) => this.takeOwn(t, index)) : this.emptyOwn(),
    }));
    this.rows = rows;
    this.chunks = chunks;
    this.slots = slots;
  }

  /** Makes room for the rows' own token `step`, counted from 0. */
  makeRoom(step: number): void {
    if (step < this.ownWidth) return;
    const tf = tensorflow();
    const { keyValueHeads, headSize } = this.model.config;
    const items = this.chunks * this.slots * keyValueHeads;
    const [former, width] = [this.ownWidth, roundUp(step + 1)];
    this.ownWidth = width;
    const grow = (t: Tensor2D) => {
      const room = tf.fill([items, width - former, headSize], 0);
      const grown = former === 0 ? room : tf.concat([tf.reshape(t, [items, former, headSize]), room], 1);
      return tf.reshape(grown, [-1, headSize]) as Tensor2D;
    };
    this.replaceLayers((_, layer) => ({
      prefix: layer?.prefix ? this.both(layer.prefix, (t) => tf.clone(t)) : null,
      own: layer ? this.both(layer.own, grow) : this.emptyOwn(),
    }));
  }

  private replaceLayers(next: (layer: number, former: LayerCache | undefined) => LayerCache): void {
    const tf = tensorflow();
    this.layers = Array.from({ length: this.model.config.layers }, (_, l) => {
      const former = this.layers[l];
      const made = tidy(() => {
        const layer = next(l, former);
        for (const t of layerCacheTensors(layer)) tf.keep(t);
        return layer;
      });
      if (former) tf.dispose(layerCacheTensors(former));
      return made;
    });
  }

  private both<T extends Tensor>(pair: { keys: T; values: T }, make: (t: T) => T): { keys: T; values: T } {
    return { keys: make(pair.keys), values: make(pair.values) };
  }

  private sharedPrefix(layer: number, items: number): LayerCache['prefix'] {
    const tf = tensorflow();
    const shared = this.promptCache[layer];
    if (!shared) return null;
    const ofPrompts = (t: Tensor) =>
      tf.reshape(ofChunks(t, this.chunkPrompts), [items, this.prefixWidth, t.shape[3] as number]) as Tensor;
    return this.both(shared as { keys: Tensor; values: Tensor }, ofPrompts) as { keys: Tensor3D; values: Tensor3D };
  }

  private emptyOwn(): LayerCache['own'] {
    const tf = tensorflow();
    const empty = () => tf.zeros([0, this.model.config.headSize]) as Tensor2D;
    return { keys: empty(), values: empty() };
  }

  private takeOwn(t: Tensor2D, index: Int32Array): Tensor2D {
    const tf = tensorflow();
    if (this.ownWidth === 0) return tf.clone(t);
    const items = tf.reshape(t, [-1, this.ownWidth, t.shape[1]]);
    return tf.reshape(takeRows(items, tf.tensor1d(index, 'int32')), [-1, t.shape[1]]) as Tensor2D;
  }

  /** Positions of the new own items [C · K · S] among the old ones. */
  private ownIndex(oldRows: readonly number[], chunks: number, slots: number): Int32Array {
    const heads = this.model.config.keyValueHeads;
    const index = new Int32Array(chunks * heads * slots);
    let place = 0;
    for (let chunk = 0; chunk < chunks; chunk++)
      for (let head = 0; head < heads; head++)
        for (let slot = 0; slot < slots; slot++) {
          const row = oldRows[chunk * slots + slot] as number;
          index[place++] = (Math.floor(row / this.slots) * heads + head) * this.slots + (row % this.slots);
        }
    return index;
  }

  /** Takes over what a step wrote, where that is not the cache's own memory. */
  keepWritten(own: readonly LayerCache['own'][]): void {
    if (writesInPlace()) return;
    this.replaceLayers((l, layer) => ({
      prefix: layer?.prefix ? this.both(layer.prefix, (t) => tensorflow().clone(t)) : null,
      own: own[l] as LayerCache['own'],
    }));
  }

  /** Where the keys of own token `step` go [C · S · K], in the order of rows and their heads. */
  ownPlaces(step: number): Int32Array {
    const heads = this.model.config.keyValueHeads;
    const places = new Int32Array(this.chunks * this.slots * heads);
    let item = 0;
    for (let chunk = 0; chunk < this.chunks; chunk++)
      for (let slot = 0; slot < this.slots; slot++)
        for (let head = 0; head < heads; head++)
          places[item++] = ((chunk * heads + head) * this.slots + slot) * this.ownWidth + step;
    return places;
  }

  /**
   * What a row's own token `step` sees in a layer of that window, prompt keys first [C, Tp + L]: 0 where the chunk's prompt has a
   * token, at own tokens up to this one, and of all those at the last `window`; else `hiddenScore`.
   */
  mask(window: number | null, step: number): Float32Array {
    const { lengths } = this.prompts;
    const total = this.prefixWidth + this.ownWidth;
    const values = new Float32Array(this.chunks * total).fill(hiddenScore);
    this.chunkPrompts.forEach((prompt, chunk) => {
      const tokens = lengths[prompt] as number;
      const start = chunk * total;
      const first = Math.max(0, tokens + step + 1 - (window ?? Number.POSITIVE_INFINITY));
      if (first < tokens) values.fill(0, start + first, start + tokens);
      const own = start + this.prefixWidth;
      values.fill(0, own + Math.max(0, first - tokens), own + step + 1);
    });
    return values;
  }

  dispose(): void {
    const tf = tensorflow();
    tf.dispose(this.layers.flatMap(layerCacheTensors));
    for (const { keys, values } of this.promptCache) tf.dispose([keys, values]);
  }
}

export function layerCacheTensors({ prefix, own }: LayerCache): Tensor[] {
  return [prefix, own].flatMap((pair) => (pair ? [pair.keys, pair.values] : []));
}

function roundUp(length: number): number {
  return Math.ceil(length / lengthStep) * lengthStep;
}
