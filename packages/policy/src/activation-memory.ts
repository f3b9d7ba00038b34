/** How much memory a training step takes beside weights and optimizer state. */
import type { ModelConfig } from './model-config.ts';

/** What is kept in the shape of a layer's vectors, beside these themselves: padded copies, products on the way, attention weights. */
const overhead = 1.75;

/**
 * About how many bytes a training forward keeps for its gradient, for each token row of the decoder: hidden, query, key, value and
 * feed-forward vectors of every layer in float32, times what was measured in the shape of SmolLM2-135M with prompts of 256 tokens. The
 * logits, which the head bounds by itself, come on top.
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
  return 4 * overhead * layers * perLayer;
}

/** The same with gradient checkpointing: the input of each layer, and one layer as it is computed again, with its gradients. */
export function checkpointedBytesPerToken(config: ModelConfig): number {
  return 4 * config.layers * config.hiddenSize + 2 * bytesPerToken({ ...config, layers: 1 });
}
