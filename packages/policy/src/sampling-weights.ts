/** A model's weights as sampling reads them: norms folded in, projections of one input side by side, laid out [in, out]. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { Projection } from './architectures.ts';
import type { Model } from './decoder.ts';
import { embeddingName, finalNormName, headName } from './model-weights.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** [in, out], which oneDNN multiplies a few rows with up to three times as fast as with [out, in]. */
export interface Linear {
  weight: Tensor2D;
  bias: Tensor1D | null;
}

export interface SamplingLayer {
  /** Queries, keys and values beside each other [hidden, (heads + 2 K) · headSize]. */
  attention: Linear;
  /** Weights of the heads' RMSNorms, queries then keys, of all heads [(heads + K) · headSize]; null where there are none. */
  headNorms: Tensor1D | null;
  output: Linear;
  /** Gate and up beside each other [hidden, 2 · feedForward]. */
  gateUp: Linear;
  down: Linear;
}

export interface SamplingWeights {
  layers: SamplingLayer[];
  embedding: Tensor2D;
  finalNorm: Tensor1D;
  /** [vocabulary, hidden] */
  head: Tensor2D;
}

/** Makes them from the model's present weights; `release` frees what was made. */
export function samplingWeights(model: Model): { weights: SamplingWeights; release(): void } {
  const tf = tensorflow();
  const layers = Array.from({ length: model.config.layers }, (_, layer) => layerWeights(model, layer));
  // A clone shares the memory of a weight that is held in float32, and keeps the cast of another for all steps.
  const whole = (name: string) => tidy(() => tf.keep(tf.clone(model.weight(name))));
  const embedding = whole(embeddingName) as Tensor2D;
  const finalNorm = whole(finalNormName) as Tensor1D;
  const head = model.config.tiedEmbeddings ? embedding : (whole(headName(model.config)) as Tensor2D);
  return {
    weights: { layers, embedding, finalNorm, head },
    release: () => tf.dispose([...layers.flatMap(layerTensors), embedding, finalNorm, head]),
  };
}

/** A layer's tensors, in an order of their own that is always the same. */
export function layerTensors({ attention, headNorms, output, gateUp, down }: SamplingLayer): Tensor[] {
  return [attention, output, gateUp, down]
    .flatMap(({ weight, bias }): (Tensor | null)[] => [weight, bias])
    .concat(headNorms)
    .filter((t) => t !== null);
}

function layerWeights(model: Model, layer: number): SamplingLayer {
  const tf = tensorflow();
  const prefix = `model.layers.${layer}`;
  const { headNorms, heads, keyValueHeads } = model.config;
  const named = (block: string) => (name: Projection) => `${prefix}.${block}.${name}`;
  const [attention, feedForward] = [named('self_attn'), named('mlp')];
  const inputNorm = `${prefix}.input_layernorm.weight`;
  const middleNorm = `${prefix}.post_attention_layernorm.weight`;
  return tidy((): SamplingLayer => {
    const tiled = (name: string, copies: number) =>
      tf.tile(model.weight(`${prefix}.self_attn.${name}.weight`) as Tensor1D, [copies]);
    return {
      attention: beside(model, (['q_proj', 'k_proj', 'v_proj'] as const).map(attention), inputNorm),
      headNorms: headNorms
        ? tf.keep(tf.concat1d([tiled('q_norm', heads), tiled('k_norm', keyValueHeads)]) as Tensor1D)
        : null,
      output: beside(model, [attention('o_proj')]),
      gateUp: beside(model, (['gate_proj', 'up_proj'] as const).map(feedForward), middleNorm),
      down: beside(model, [feedForward('down_proj')]),
    };
  });
}

/** Projections of the same input as one. */
function beside(model: Model, names: readonly string[], norm?: string): Linear {
  const tf = tensorflow();
  const { biases } = model.config;
  const hasBias = (name: string) => biases.has(name.slice(name.lastIndexOf('.') + 1));
  const weights = names.map((name) =>
    tf.transpose(norm ? model.foldedWeight(`${name}.weight`, norm) : model.weight(`${name}.weight`)),
  );
  const bias = (name: string, i: number) =>
    (hasBias(name) ? model.weight(`${name}.bias`) : tf.zeros([weights[i]?.shape[1] as number])) as Tensor1D;
  return {
    weight: tf.keep(tf.concat(weights, 1)) as Tensor2D,
    bias: names.some(hasBias) ? tf.keep(tf.concat1d(names.map(bias))) : null,
  };
}
