/** How much memory a training step takes beside weights and optimizer state. */
import type { ModelConfig } from './model-config.ts';

/** What is kept in the shape of a layer's vectors, beside these themselves: padded copies, products on the way, attention weights. */
const overhead = 1.75;

/**
 * About how many bytes a training forward keeps for its gradient, for each token row of the decoder. Of the first `checkpointedLayers` it
 * keeps the inputs, and holds one at a time as it is computed again, with its gradients. The logits, which the head bounds by itself, come
 * on top.
 */
export function bytesPerToken(config: ModelConfig, checkpointedLayers = 0): number {
  const layer = layerBytes(config);
  const again = checkpointedLayers > 0 ? 2 * layer : 0;
  return 4 * checkpointedLayers * config.hiddenSize + (config.layers - checkpointedLayers) * layer + again;
}

/**
 * Hidden, query, key, value and feed-forward vectors of a layer in float32, times what was measured in the shape of SmolLM2-135M with
 * prompts of 256 tokens.
 */
function layerBytes({ hiddenSize, heads, keyValueHeads, headSize, feedForwardSize }: ModelConfig): number {
  return 4 * overhead * (6 * hiddenSize + (4 * heads + 5 * keyValueHeads) * headSize + 5 * feedForwardSize);
}
