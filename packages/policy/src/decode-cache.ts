/** The key/value cache of sampling: rows in chunks of one prompt each, prompt keys shared by a chunk, own keys per row. */
import type { Tensor, Tensor3D } from '@tensorflow/tfjs';
import { hiddenScore } from './attention-plan.ts';
import { chooseSlots, ofChunks } from './chunks.ts';
import type { Model } from './decoder.ts';
import type { KeyValues } from './group-attention.ts';
import type { PromptRows } from './group-batch.ts';
import { takeRows } from './native-ops.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** A sample to keep in the cache. */
export interface Slot {
  prompt: number;
  /** Number by which the caller knows it. */
  sample: number;
}

/** One layer's tensors; C chunks, S slots a chunk, K key/value heads, t tokens so far. */
interface LayerCache {
  /** Prompt keys and values [C · K, Tp, headSize]; null when prompts have one token. */
  prefix: { keys: Tensor3D; values: Tensor3D } | null;
  /** Own keys and values [C · K · S, t, headSize]; null before the first token. */
  own: { keys: Tensor3D; values: Tensor3D } | null;
}

export class DecodeCache {
  /** Sample of each row, in (chunk, slot) order; −1 for a slot that pads a chunk. */
  rows: number[] = [];
  chunks = 0;
  slots = 1;
  /** Additive mask over prompt keys [C · K · S · repeats, Tp] without a window; null when prompts have one token. */
  private mask: Tensor | null = null;
  private chunkPrompts = new Int32Array();
  readonly layers: LayerCache[];
  private readonly model: Model;
  private readonly prompts: PromptRows;
  private readonly promptCache: KeyValues[];

  /** Takes over `promptCache`, the result of promptKeyValues. */
  constructor(model: Model, prompts: PromptRows, promptCache: KeyValues[]) {
    this.model = model;
    this.prompts = prompts;
    this.promptCache = promptCache;
    this.layers = Array.from({ length: model.config.layers }, () => ({ prefix: null, own: null }));
  }

  /** Keeps exactly the given samples (sorted by prompt) and drops the others. New samples may only come in the first call. */
  arrange(kept: readonly Slot[]): void {
    const tf = tensorflow();
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
    const index = this.ownIndex(oldRows, chunks, slots);
    const promptOfChunk = Int32Array.from(chunkPrompts);
    this.layers.forEach((layer, l) => {
      const replaced = [layer.prefix?.keys, layer.prefix?.values, layer.own?.keys, layer.own?.values].filter(
        (t) => t !== undefined,
      );
      const next = tidy((): LayerCache => {
        const shared = this.promptCache[l];
        const ofPrompts = (t: Tensor) =>
          tf.keep(
            tf.reshape(ofChunks(t, promptOfChunk), [
              chunks * keyValueHeads,
              t.shape[2] as number,
              t.shape[3] as number,
            ]),
          ) as Tensor3D;
        const ofRows = (t: Tensor3D) => tf.keep(takeRows(t, tf.tensor1d(index, 'int32'))) as Tensor3D;
        return {
          prefix: shared ? { keys: ofPrompts(shared.keys), values: ofPrompts(shared.values) } : null,
          own: layer.own ? { keys: ofRows(layer.own.keys), values: ofRows(layer.own.values) } : null,
        };
      });
      this.layers[l] = next;
      tf.dispose(replaced);
    });
    this.rows = rows;
    this.chunks = chunks;
    this.slots = slots;
    this.chunkPrompts = promptOfChunk;
    this.mask?.dispose();
    this.mask = this.prompts.width === 0 ? null : tf.tidy(() => this.prefixMask(() => 0));
  }

  /** [C · K · S · repeats, Tp]: 0 where the chunk's prompt, of that many tokens, has one from `first` on, else `hiddenScore`. */
  private prefixMask(first: (tokens: number) => number): Tensor {
    const tf = tensorflow();
    const { width, lengths } = this.prompts;
    const values = new Float32Array(this.chunks * width);
    this.chunkPrompts.forEach((prompt, chunk) => {
      const tokens = lengths[prompt] as number;
      const start = chunk * width;
      values.fill(hiddenScore, start + tokens, start + width);
      values.fill(hiddenScore, start, start + Math.min(tokens, Math.max(0, first(tokens))));
    });
    const rows = tf.tensor3d(values, [this.chunks, 1, width]);
    return tf.reshape(tf.tile(rows, [1, this.slots * this.model.config.heads, 1]), [-1, width]);
  }

  /**
   * Mask over prompt keys for the row's own token `length` (counted from 1) in a layer of that window; call inside tidy. Null when
   * prompts have one token.
   */
  maskAt(window: number | null, length: number): Tensor | null {
    if (window === null || this.mask === null || this.prompts.width + length <= window) return this.mask;
    return this.prefixMask((tokens) => tokens + length - window);
  }

  /** Positions of the new own rows [C · K · S] among the old ones. */
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

  /** Appends this step's keys and values [C · K · S, 1, headSize] of a layer and returns all of them; call inside tidy. */
  append(layer: number, keys: Tensor3D, values: Tensor3D): { keys: Tensor3D; values: Tensor3D } {
    const tf = tensorflow();
    const cache = this.layers[layer] as LayerCache;
    const grown = {
      keys: tf.keep(cache.own ? tf.concat([cache.own.keys, keys], 1) : tf.clone(keys)),
      values: tf.keep(cache.own ? tf.concat([cache.own.values, values], 1) : tf.clone(values)),
    };
    if (cache.own) tf.dispose([cache.own.keys, cache.own.values]);
    cache.own = grown;
    return grown;
  }

  dispose(): void {
    const tf = tensorflow();
    this.mask?.dispose();
    for (const { prefix, own } of this.layers)
      for (const pair of [prefix, own]) if (pair) tf.dispose([pair.keys, pair.values]);
    for (const { keys, values } of this.promptCache) tf.dispose([keys, values]);
  }
}
