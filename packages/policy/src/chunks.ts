/** Chunks: rows of padded blocks that belong to one prompt and share its keys and values. */
import type { Tensor } from '@tensorflow/tfjs';
import { takeRows } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

/**
 * How many completions of one prompt a chunk holds, so that ragged groups waste little: the number with the fewest padded
 * completions, counting a copy of the prompt's keys as `promptWidth / 32` of one.
 */
export function chooseSlots(groupSizes: readonly number[], promptWidth: number): number {
  const largest = Math.max(1, ...groupSizes);
  const candidates = [largest];
  for (let slots = 1; slots < largest; slots *= 2) candidates.push(slots);
  const cost = (slots: number) => {
    const chunks = groupSizes.reduce((sum, size) => sum + Math.ceil(size / slots), 0);
    return chunks * slots + (chunks * promptWidth) / 32;
  };
  return candidates.reduce((best, slots) => (cost(slots) < cost(best) ? slots : best));
}

/** Keys or values of each chunk's prompt, from those of all prompts along the first axis, without gradient. */
export function ofChunks(t: Tensor, chunkPrompts: Int32Array): Tensor {
  if (chunkPrompts.length === t.shape[0] && chunkPrompts.every((prompt, chunk) => prompt === chunk)) return t;
  return takeRows(t, tensorflow().tensor1d(chunkPrompts, 'int32'));
}
