/** A gradient in the artifact store: one flat float32 vector over all weights, as safetensors. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactRef, StepContext } from '@queryloop/contracts';
import { encodeSafetensors, readSafetensors } from '@queryloop/policy/safetensors';

const FILE = 'gradient.safetensors';
const TENSOR = 'gradient';

/** Stores a gradient [parameters]. */
export function storeGradient(values: Float32Array, { artifacts }: StepContext): Promise<ArtifactRef> {
  const parts = encodeSafetensors([{ name: TENSOR, shape: [values.length], values }]);
  return artifacts.putFolder('gradient', (folder) => writeFile(join(folder, FILE), parts));
}

export async function readGradient(ref: ArtifactRef, { artifacts }: StepContext): Promise<Float32Array> {
  const tensors = await readSafetensors(join(await artifacts.path(ref), FILE));
  const gradient = tensors.get(TENSOR);
  if (!gradient) throw new Error(`gradient artifact ${ref.hash} holds no tensor "${TENSOR}"`);
  return gradient.values;
}
