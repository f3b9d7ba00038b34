/** Scores given completions: log-probability and entropy of each of their tokens, differentiable. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import { checkpointedHidden } from './checkpointed-layers.ts';
import { finalRows, headWeight, type Model } from './decoder.ts';
import { placement, spreadRows } from './decoder-ops.ts';
import type { GroupBatch } from './group-batch.ts';
import { completionHidden } from './layer-pass.ts';
import { tensorflow } from './tensorflow.ts';
import { type GradientsLeftOut, tokenLogProbs } from './token-log-probs.ts';

export interface ForwardResult {
  /** Log-probability of each completion token under softmax(logits / temperature) [N, Tc]; 0 at padding. */
  logProbs: Tensor2D;
  /** Entropy in nats of the distribution each token was drawn from [N, Tc]; 0 at padding. */
  entropy: Tensor2D;
}

export interface ForwardOptions {
  /** In training with an adapter: keys its dropout, which is off without. */
  dropoutKey?: readonly number[];
  /**
   * First layers of which no more than the input is kept, and which are computed again for their gradient: less memory, more time, equal
   * results. A pass without a gradient keeps one of them at a time, and takes no more time. None when left out.
   */
  checkpointedLayers?: number;
  /** False for a loss that leaves the entropy alone, whose gradient takes passes over all logits. */
  entropyGradient?: boolean;
}

export interface PassOptions extends GradientsLeftOut {
  /** The tensors that take a gradient of each of the first layers that are checkpointed. */
  checkpointed: Tensor[][];
}

/** Differentiable log-probabilities and entropies of a batch's completions. */
export function forwardPass(
  model: Model,
  { prompts, rows, completionCount, maxTokens }: GroupBatch,
  temperature: number,
  { checkpointed, ...leftOut }: PassOptions,
): ForwardResult {
  const tf = tensorflow();
  const last =
    checkpointed.length > 0
      ? checkpointedHidden(model, prompts, rows, checkpointed)
      : completionHidden(model, prompts, rows);
  const scored = tokenLogProbs(finalRows(model, last), headWeight(model), rows.targets, temperature, leftOut);
  const places = placement(rows.completionRows, rows.ids.length);
  const [logProbs, entropy] = tf
    .unstack(scored)
    .map((flat) => tf.reshape(spreadRows(tf.expandDims(flat, 1), places), [completionCount, maxTokens])) as [
    Tensor2D,
    Tensor2D,
  ];
  return { logProbs, entropy };
}
