/** Names, shapes and fresh values of a model's weights, as Hugging Face names them. */
import type { ModelConfig } from './model-config.ts';
import { keyedStream } from './random.ts';

export interface WeightSpec {
  name: string;
  shape: number[];
  /** Standard deviation of fresh values; 'ones' and 'zeros' for norms and biases. */
  init: number | 'ones' | 'zeros';
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
    { name: 'model.embed_tokens.weight', shape: [vocabularySize, hiddenSize], init: deviation },
    { name: 'model.norm.weight', shape: [hiddenSize], init: 'ones' },
  ];
  if (!config.tiedEmbeddings)
    specs.push({ name: 'lm_head.weight', shape: [vocabularySize, hiddenSize], init: deviation });
  for (let layer = 0; layer < layers; layer++) {
    const add = (name: string, shape: number[], init: WeightSpec['init']) =>
      specs.push({ name: `model.layers.${layer}.${name}`, shape, init });
    add('input_layernorm.weight', [hiddenSize], 'ones');
    add('self_attn.q_proj.weight', [queries, hiddenSize], deviation);
    add('self_attn.k_proj.weight', [keys, hiddenSize], deviation);
    add('self_attn.v_proj.weight', [keys, hiddenSize], deviation);
    add('self_attn.o_proj.weight', [hiddenSize, queries], residual);
    if (config.queryKeyValueBias) {
      add('self_attn.q_proj.bias', [queries], 'zeros');
      add('self_attn.k_proj.bias', [keys], 'zeros');
      add('self_attn.v_proj.bias', [keys], 'zeros');
    }
    if (config.attentionOutputBias) add('self_attn.o_proj.bias', [hiddenSize], 'zeros');
    add('post_attention_layernorm.weight', [hiddenSize], 'ones');
    add('mlp.gate_proj.weight', [feedForwardSize, hiddenSize], deviation);
    add('mlp.up_proj.weight', [feedForwardSize, hiddenSize], deviation);
    add('mlp.down_proj.weight', [hiddenSize, feedForwardSize], residual);
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
