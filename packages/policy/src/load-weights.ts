/** Brings the weights of a checkpoint into the engine in pieces of a megabyte, so that no second copy of any tensor exists. */
import { UserError } from '@queryloop/contracts';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { CheckpointFiles } from './checkpoint-files.ts';
import { firstNonFinite, halfValue, isHalfFormat } from './half-floats.ts';
import { HalfMatrix, type Held } from './half-matrix.ts';
import { HeldWeights } from './held-weights.ts';
import type { ModelConfig } from './model-config.ts';
import { embeddingName, ownHeadName, sizeOf, type WeightSpec, weightSpecs } from './model-weights.ts';
import { emptyMatrix, isNativeCpu, ownTensor } from './native-ops.ts';
import { writeFrom } from './piecewise.ts';

/** Names listed in an error. */
const listed = 10;

/**
 * Whether embedding and head share their weights. As in transformers, a checkpoint that holds both with different values does not
 * tie them, whatever its config.json says.
 */
export async function withActualTying(config: ModelConfig, files: CheckpointFiles): Promise<ModelConfig> {
  if (!config.tiedEmbeddings || !files.shapeOf(ownHeadName) || !files.shapeOf(embeddingName)) return config;
  if (await files.equal(embeddingName, ownHeadName)) return config;
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
 * Reads all weights of the model, whose tensors were checked: matrices in half precision stay in it where the engine can cast them, all
 * else becomes float32. Throws UserError naming the first tensor that holds a number that is not finite.
 */
export async function loadWeights(config: ModelConfig, files: CheckpointFiles): Promise<HeldWeights> {
  const tensors = weightSpecs(config).map(({ name, shape }) => ({
    name,
    shape,
    stored: storedName(name, config, files),
  }));
  const weights = new Map<string, Held>();
  try {
    // Matrices get their room before anything is read: what is freed meanwhile would leave holes between them.
    for (const { name, shape, stored } of tensors)
      if (isNativeCpu() && shape.length === 2)
        weights.set(name, roomFor(shape as [number, number], files.formatOf(stored)));
    for (const { name, shape, stored } of tensors) {
      const matrix = weights.get(name);
      if (matrix) await readRows(files, stored, matrix);
      else weights.set(name, await readWhole(files, stored, shape));
    }
  } catch (error) {
    for (const weight of weights.values()) weight.dispose();
    throw error;
  }
  return new HeldWeights(weights);
}

function roomFor(shape: readonly [number, number], format: string | undefined): Held {
  return isHalfFormat(format) && shape[1] % 2 === 0 ? new HalfMatrix(shape, format) : emptyMatrix(shape, 'float32');
}

async function readRows(files: CheckpointFiles, name: string, matrix: Held): Promise<void> {
  const columns = matrix.shape[1] as number;
  let read = 0;
  if (matrix instanceof HalfMatrix)
    for await (const { buffer, byteOffset, byteLength } of files.storedPieces(name)) {
      const halves = new Uint16Array(buffer, byteOffset, byteLength / 2);
      const at = firstNonFinite(halves, matrix.format);
      if (at >= 0) refuseValue(halfValue(halves[at] as number, matrix.format), read + at, name, files.pathOf(name));
      matrix.write(read / columns, halves);
      read += halves.length;
    }
  else
    for await (const values of files.pieces(name)) {
      checkFinite(values, name, files.pathOf(name), read);
      writeFrom(matrix as Tensor2D, read / columns, values);
      read += values.length;
    }
}

async function readWhole(files: CheckpointFiles, name: string, shape: number[]): Promise<Tensor> {
  const values = new Float32Array(sizeOf(shape));
  await files.readInto(name, values);
  checkFinite(values, name, files.pathOf(name));
  return ownTensor(values, shape);
}

/** A tied checkpoint may hold the shared weights under the name of the head. */
function storedName(name: string, config: ModelConfig, files: CheckpointFiles): string {
  const isUnderHead = config.tiedEmbeddings && !files.shapeOf(embeddingName) && files.shapeOf(ownHeadName);
  return name === embeddingName && isUnderHead ? ownHeadName : name;
}

/** Weights of layers, but not the rotary frequencies that old checkpoints store: those are computed. */
function isOfModel(name: string): boolean {
  return name.startsWith('model.layers.') && !name.endsWith('.rotary_emb.inv_freq');
}

/** Throws UserError naming the tensor and the first number that is not finite; `before` counts those of the tensor before `values`. */
export function checkFinite(values: Float32Array, name: string, path: string, before = 0): void {
  // 0 times Infinity or NaN is NaN, so one sum tells that all are finite.
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += 0 * (values[i] as number);
  if (sum === 0) return;
  const at = values.findIndex((value) => !Number.isFinite(value));
  refuseValue(values[at] as number, before + at, name, path);
}

function refuseValue(value: number, at: number, name: string, path: string): never {
  throw new UserError({
    message: `${path}: tensor ${name} holds ${value} at index ${at}`,
    field: name,
    hint: 'use a checkpoint whose training did not diverge, or download it again',
  });
}
