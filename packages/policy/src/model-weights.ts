/** Names, shapes and fresh values of a model's weights, as Hugging Face names them. */
import type { Projection } from './architectures.ts';
import type { ModelConfig } from './model-config.ts';
import { keyedStream } from './random.ts';

export interface WeightSpec {
  name: string;
  shape: number[];
  /** Standard deviation of fresh values; 'ones' and 'zeros' for norms and biases. */
  init: number | 'ones' | 'zeros';
}

export const embeddingName = 'model.embed_tokens.weight';
/** Of a head of its own; a tied one is the embedding. */
export const ownHeadName = 'lm_head.weight';
export const finalNormName = 'model.norm.weight';

/** Name of the weights that score every token of the vocabulary. */
export function headName({ tiedEmbeddings }: ModelConfig): string {
  return tiedEmbeddings ? embeddingName : ownHeadName;
}

/** Every weight of the model, sorted by name: the order of files, of gradients and of the optimizer's state. */
export function weightSpecs(config: ModelConfig): WeightSpec[] {
  const { hiddenSize, feedForwardSize, vocabularySize, layers } = config;
  const queries = config.heads * config.headSize;
  const keys = config.keyValueHeads * config.headSize;
  const deviation = 0.02;
  // Outputs onto the residual stream start smaller, so that its variance does not grow with depth (GPT-2).
  const residual = deviation / Math.sqrt(2 * layers);
  const specs: WeightSpec[] = [
    { name: embeddingName, shape: [vocabularySize, hiddenSize], init: deviation },
    { name: finalNormName, shape: [hiddenSize], init: 'ones' },
  ];
  if (!config.tiedEmbeddings) specs.push({ name: ownHeadName, shape: [vocabularySize, hiddenSize], init: deviation });
  for (let layer = 0; layer < layers; layer++) {
    const add = (name: string, shape: number[], init: WeightSpec['init']) =>
      specs.push({ name: `model.layers.${layer}.${name}`, shape, init });
    add('input_layernorm.weight', [hiddenSize], 'ones');
    const project = (block: string, name: Projection, [out, inner]: [number, number], init: number) => {
      add(`${block}.${name}.weight`, [out, inner], init);
      if (config.biases.has(name)) add(`${block}.${name}.bias`, [out], 'zeros');
    };
    project('self_attn', 'q_proj', [queries, hiddenSize], deviation);
    project('self_attn', 'k_proj', [keys, hiddenSize], deviation);
    project('self_attn', 'v_proj', [keys, hiddenSize], deviation);
    project('self_attn', 'o_proj', [hiddenSize, queries], residual);
    if (config.headNorms)
      for (const name of ['q_norm', 'k_norm']) add(`self_attn.${name}.weight`, [config.headSize], 'ones');
    add('post_attention_layernorm.weight', [hiddenSize], 'ones');
    project('mlp', 'gate_proj', [feedForwardSize, hiddenSize], deviation);
    project('mlp', 'up_proj', [feedForwardSize, hiddenSize], deviation);
    project('mlp', 'down_proj', [hiddenSize, feedForwardSize], residual);
  }
  return specs.sort((left, right) => (left.name < right.name ? -1 : 1));
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Fresh values of one weight, keyed by (seed, name, index). */
export function initialValues({ name, shape, init }: WeightSpec, seed: number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (init === 'ones') return values.fill(1);
  if (init === 'zeros') return values;
  const uniform = keyedStream([seed, ...Array.from(name, (letter) => letter.codePointAt(0) ?? 0)]);
  // Box–Muller: two normal draws from two uniform ones.
  for (let i = 0; i < values.length; i += 2) {
    const radius = init * Math.sqrt(-2 * Math.log(1 - uniform(i)));
    const angle = 2 * Math.PI * uniform(i + 1);
    values[i] = radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}
