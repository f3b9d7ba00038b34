/** How much memory a training step takes beside weights and optimizer state. */
import type { ModelConfig } from './model-config.ts';

/**
 * Bytes that a training forward keeps for its gradient, for each token row of the decoder: hidden, query, key, value and feed-forward
 * vectors of every layer in float32. The attention weights and the logits, which the head bounds by itself, come on top.
 */
export function bytesPerToken({
  layers,
  hiddenSize,
  heads,
  keyValueHeads,
  headSize,
  feedForwardSize,
}: ModelConfig): number {
  const perLayer = 6 * hiddenSize + (4 * heads + 5 * keyValueHeads) * headSize + 5 * feedForwardSize;
  return 4 * layers * perLayer;
}
