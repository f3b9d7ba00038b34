/** An adapter's folder in PEFT's format: adapter_config.json and adapter_model.safetensors. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { policyPath } from '@queryloop/contracts/folders';
import type { Tensor } from '@tensorflow/tfjs';
import { Adapter } from './adapter.ts';
import { adapterSpecs, parseAdapterConfig } from './adapter-config.ts';
import { jsonText, readJson, writeWhole } from './folder-files.ts';
import { checkFinite, refuseTensors } from './load-weights.ts';
import type { ModelConfig } from './model-config.ts';
import { sizeOf } from './model-weights.ts';
import { ownTensor } from './native-ops.ts';
import { encodeSafetensors, SafetensorsFile } from './safetensors.ts';
import type { NamedShape } from './trainable.ts';

export const adapterConfigFile = 'adapter_config.json';
const weightsFile = 'adapter_model.safetensors';

/** Whether a folder holds an adapter rather than a whole model. */
export function isAdapterFolder(folder: string): boolean {
  return existsSync(join(folder, adapterConfigFile));
}

/**
 * The folder of the model that an adapter says it was made for (PEFT's base_model_name_or_path): a path, or the name of a model that was
 * pulled. Throws UserError when there is none.
 */
export async function findBase(folder: string): Promise<string> {
  const name = (await readJson(folder, adapterConfigFile))?.['base_model_name_or_path'];
  const found = typeof name === 'string' && name !== '' ? policyPath(name) : undefined;
  if (found !== undefined && existsSync(join(found, 'config.json'))) return found;
  throw new UserError({
    message: `${folder}: the base of this adapter, ${name ? `"${name}"` : 'which it does not name'}, is not here`,
    field: 'base_model_name_or_path',
    hint: `pull the base, or correct the field in ${adapterConfigFile} to its folder`,
  });
}

/**
 * Loads an adapter for a model; `seed` keys its dropout. Throws UserError naming fields that cannot be used, and tensors that are
 * missing, of the wrong shape, without a place in the model or not finite.
 */
export async function loadAdapter(folder: string, model: ModelConfig, seed: number): Promise<Adapter> {
  const path = join(folder, weightsFile);
  const json = (await readJson(folder, adapterConfigFile)) ?? {};
  const config = parseAdapterConfig(json, model, join(folder, adapterConfigFile));
  if (!existsSync(path) && existsSync(join(folder, 'adapter_model.bin')))
    throw new UserError({
      message: `${folder} holds adapter_model.bin but no ${weightsFile}`,
      field: weightsFile,
      hint: 'load and save it once with PEFT, which writes safetensors',
    });
  const file = await SafetensorsFile.open(path);
  const weights = new Map<string, Tensor>();
  try {
    const specs = adapterSpecs(config);
    checkMatrices(specs, file);
    for (const { name, shape } of specs) {
      const values = new Float32Array(sizeOf(shape));
      await file.readInto(name, values);
      checkFinite(values, name, path);
      weights.set(name, ownTensor(values, [...shape]));
    }
    return new Adapter(config, weights, seed);
  } catch (error) {
    for (const weight of weights.values()) weight.dispose();
    throw error;
  } finally {
    await file.close();
  }
}

function checkMatrices(specs: readonly NamedShape[], file: SafetensorsFile): void {
  const shapeOf = (name: string) => file.entries.get(name)?.shape;
  const missing = specs.filter(({ name }) => !shapeOf(name)).map(({ name, shape }) => `${name} of shape [${shape}]`);
  refuseTensors(file.path, missing, ' is missing', 'are missing', `use the ${adapterConfigFile} that belongs to it`);
  const wrong = specs
    .filter(({ name, shape }) => String(shapeOf(name)) !== String(shape))
    .map(
      ({ name, shape }) =>
        `${name} has shape [${shapeOf(name)}], the model and ${adapterConfigFile} ask for [${shape}]`,
    );
  refuseTensors(file.path, wrong, '', 'have another shape', 'use the model that the adapter was made for');
  const known = new Set(specs.map(({ name }) => name));
  const strange = [...file.entries.keys()].filter((name) => !known.has(name));
  const noPlace = `no place in the model with this ${adapterConfigFile}`;
  refuseTensors(
    file.path,
    strange,
    ` has ${noPlace}`,
    `have ${noPlace}`,
    'use the model that the adapter was made for',
  );
}

/** Writes both files; equal adapters give equal bytes. */
export async function saveAdapter(folder: string, adapter: Adapter): Promise<void> {
  await writeWhole(folder, weightsFile, encodeSafetensors(adapter.weightArrays()));
  await writeWhole(folder, adapterConfigFile, [jsonText(adapter.config.json)]);
}
