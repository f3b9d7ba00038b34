/**
 * Gradient checkpointing (arXiv 1604.06174): of some layers, or all, the forward pass keeps the input only, and the backward pass computes
 * the layer again to take its gradient, so that memory holds what one layer keeps instead of what all do. The same kernels run on the same
 * operands and gradients add up in the same order: they are those of a pass that keeps everything, bit for bit.
 */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { Model } from './decoder.ts';
import { withGradient } from './decoder-ops.ts';
import type { CompletionRows, PromptRows } from './group-batch.ts';
import { embedPass, type PlannedPass, passLayer, planPass } from './layer-pass.ts';
import { tensorflow, tidy } from './tensorflow.ts';
import type { Trainable } from './trainable.ts';

/**
 * As `completionHidden`. `trained` are the weights that take a gradient of each of the first layers, which are checkpointed: what such a
 * layer's computation reads beside them and the rows is a constant to it. The layers after them keep everything.
 */
export function checkpointedHidden(
  model: Model,
  prompts: PromptRows,
  completions: CompletionRows,
  trained: readonly (readonly Tensor[])[],
): Tensor2D {
  const parts = embedPass(model, prompts, completions);
  const sizes = parts.map(({ shape }) => shape[0]);
  const x = checkpointedLayers(model, prompts, completions, { trained, sizes }, joined(parts));
  if (trained.length === model.config.layers) return x;
  const pass = planPass(model, prompts, completions);
  let rows = apart(x, sizes);
  for (let layer = trained.length; layer < model.config.layers; layer++) rows = passLayer(model, layer, pass, rows);
  return rows[0] as Tensor2D;
}

/** The first layers from and to the rows of all parts below each other; `sizes` are the rows of each part. */
function checkpointedLayers(
  model: Model,
  prompts: PromptRows,
  completions: CompletionRows,
  { trained, sizes }: { trained: readonly (readonly Tensor[])[]; sizes: number[] },
  embedded: Tensor2D,
): Tensor2D {
  const tf = tensorflow();
  return withGradient([embedded, ...trained.flat()], (save) => {
    const pass = planPass(model, prompts, completions);
    const inputs: Tensor2D[] = [embedded];
    for (let layer = 0; layer < trained.length; layer++)
      inputs.push(tidy(() => joinedLayer(model, layer, pass, inputs[layer] as Tensor2D, sizes)));
    const value = inputs.pop() as Tensor2D;
    save(inputs);
    return {
      value,
      gradient: (dy, saved) => {
        const again = planPass(model, prompts, completions);
        const gradients: Tensor[] = [];
        let dx = dy;
        for (let layer = trained.length - 1; layer >= 0; layer--) {
          const x = saved[layer] as Tensor2D;
          const [ofRows, ...ofWeights] = innerGradients(
            () => joinedLayer(model, layer, again, x, sizes),
            [x, ...(trained[layer] ?? [])],
            dx,
          );
          if (dx !== dy) tf.dispose(dx);
          dx = ofRows as Tensor;
          gradients.unshift(...ofWeights);
        }
        return [dx, ...gradients];
      },
    };
  }) as Tensor2D;
}

/** A layer from and to the rows of all parts below each other [R, hidden]. */
function joinedLayer(model: Model, layer: number, pass: PlannedPass, x: Tensor2D, sizes: number[]): Tensor2D {
  return joined(passLayer(model, layer, pass, apart(x, sizes)));
}

function apart(x: Tensor2D, sizes: number[]): Tensor2D[] {
  return sizes.length === 1 ? [x] : (tensorflow().split(x, sizes) as Tensor2D[]);
}

function joined(parts: readonly Tensor2D[]): Tensor2D {
  return parts.length === 1 ? (parts[0] as Tensor2D) : (tensorflow().concat([...parts], 0) as Tensor2D);
}

/** Gradients within a gradient function: of f, times dy, by `xs`. tfjs has one tape, which is put aside meanwhile. */
function innerGradients(f: () => Tensor, xs: Tensor[], dy: Tensor): Tensor[] {
  const engine = tensorflow().engine();
  const { activeTape } = engine.state;
  try {
    return tidy(() => engine.gradients(f, xs, dy).grads);
  } finally {
    engine.state.activeTape = activeTape;
  }
}

/** The trained weights of each of the first so many layers, by their names; none of null. */
export function byLayer(trainable: Trainable | null, layers: number): Tensor[][] {
  const found: Tensor[][] = Array.from({ length: layers }, () => []);
  if (trainable === null) return found;
  const tensors = trainable.weightTensors();
  trainable.weightSpecs.forEach(({ name }, i) => {
    const [, layer] = /(?:^|\.)model\.layers\.(\d+)\./.exec(name) ?? [];
    if (layer !== undefined) found[Number(layer)]?.push(tensors[i] as Tensor);
  });
  return found;
}
