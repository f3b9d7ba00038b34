/** Brings the weights of a checkpoint into the engine tensor by tensor: beside them only one tensor exists at a time. */
import { UserError } from '@queryloop/contracts';
import type { Tensor } from '@tensorflow/tfjs';
import type { CheckpointFiles } from './checkpoint-files.ts';
import type { ModelConfig } from './model-config.ts';
import { sizeOf, type WeightSpec, weightSpecs } from './model-weights.ts';
import { alignedValues, ownTensor } from './native-ops.ts';

const embedding = 'model.embed_tokens.weight';
const head = 'lm_head.weight';
/** Names listed in an error. */
const listed = 10;

/**
 * Whether embedding and head share their weights. As in transformers, a checkpoint that holds both with different values does not
 * tie them, whatever its config.json says.
 */
export async function withActualTying(config: ModelConfig, files: CheckpointFiles): Promise<ModelConfig> {
  if (!config.tiedEmbeddings || !files.shapeOf(head) || !files.shapeOf(embedding)) return config;
  if (await files.equal(embedding, head)) return config;
  return { ...config, tiedEmbeddings: false, json: { ...config.json, tie_word_embeddings: false } };
}

/** Throws UserError naming the tensors that are missing, of the wrong shape or without a place in the model. */
export function checkTensors(config: ModelConfig, files: CheckpointFiles, folder: string): void {
  const specs = weightSpecs(config);
  const shapeOf = ({ name }: WeightSpec) => files.shapeOf(storedName(name, config, files));
  const refuse = (tensors: readonly string[], one: string, several: string, hint: string): void =>
    refuseTensors(folder, tensors, one, several, hint);
  const missing = specs.filter((spec) => !shapeOf(spec)).map(({ name, shape }) => `${name} of shape [${shape}]`);
  refuse(missing, ' is missing', 'are missing', 'use a complete checkpoint');

  const belongs = 'use the config.json that belongs to the weights';
  const wrong = specs
    .filter((spec) => String(shapeOf(spec)) !== String(spec.shape))
    .map((spec) => `${spec.name} has shape [${shapeOf(spec)}], config.json asks for [${spec.shape}]`);
  refuse(wrong, '', 'have another shape', belongs);

  const known = new Set(specs.map(({ name }) => name));
  const strange = files.names().filter((name) => isOfModel(name) && !known.has(name));
  const noPlace = `no place in a ${config.modelType} model with this config.json`;
  refuse(strange, ` has ${noPlace}`, `have ${noPlace}`, belongs);
}

/** Throws UserError naming `tensors`, if there are any: up to ten of them, and their number. Each begins with its name. */
export function refuseTensors(
  where: string,
  tensors: readonly string[],
  one: string,
  several: string,
  hint: string,
): void {
  const [first] = tensors;
  if (first === undefined) return;
  const more = tensors.length > listed ? ` and ${tensors.length - listed} more` : '';
  const message =
    tensors.length === 1
      ? `tensor ${first}${one}`
      : `${tensors.length} tensors ${several}: ${tensors.slice(0, listed).join('; ')}${more}`;
  throw new UserError({ message: `${where}: ${message}`, field: first.split(' ')[0], hint });
}

/**
 * Reads all weights of the model, whose tensors were checked. Throws UserError naming the first tensor that holds a number that is
 * not finite.
 */
export async function loadWeights(config: ModelConfig, files: CheckpointFiles): Promise<Map<string, Tensor>> {
  const specs = weightSpecs(config);
  const scratch = alignedValues(Math.max(...specs.map(({ shape }) => sizeOf(shape))));
  const weights = new Map<string, Tensor>();
  try {
    for (const { name, shape } of specs) {
      const stored = storedName(name, config, files);
      const values = scratch.subarray(0, sizeOf(shape));
      await files.readInto(stored, values);
      checkFinite(values, stored, files.pathOf(stored));
      weights.set(name, ownTensor(values, shape));
    }
  } catch (error) {
    for (const weight of weights.values()) weight.dispose();
    throw error;
  }
  return weights;
}

/** A tied checkpoint may hold the shared weights under the name of the head. */
function storedName(name: string, config: ModelConfig, files: CheckpointFiles): string {
  return name === embedding && config.tiedEmbeddings && !files.shapeOf(name) && files.shapeOf(head) ? head : name;
}

/** Weights of layers, but not the rotary frequencies that old checkpoints store: those are computed. */
function isOfModel(name: string): boolean {
  return name.startsWith('model.layers.') && !name.endsWith('.rotary_emb.inv_freq');
}

/** Throws UserError naming the tensor and the first number that is not finite. */
export function checkFinite(values: Float32Array, name: string, path: string): void {
  // 0 times Infinity or NaN is NaN, so one sum tells that all are finite.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * (values[i] as number);
  if (sum === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  throw new UserError({
    message: `${path}: tensor ${name} holds ${values[at]} at index ${at}`,
    field: name,
    hint: 'use a checkpoint whose training did not diverge, or download it again',
  });
}
