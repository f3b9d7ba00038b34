/** Loads TensorFlow.js as every step does and says which engine it is: whether this machine can train. */
import type { Engine, Step } from '@queryloop/contracts';
import { engineInfo, loadTensorflow } from '@queryloop/policy';

export interface EngineReport {
  backend: string;
  threads: number;
  /** Version of the native library, where known. */
  version: string | null;
  /** The GPU it computes on, in words, or why there is none; left out where none was asked for. */
  gpu?: string;
}

export const describeEngine: Step<Engine, EngineReport> = async ({ threads }) => {
  await loadTensorflow({ threads, allowWasm: true });
  const { backend, libtensorflow, gpu, note } = engineInfo();
  const words = gpu ? `CUDA ${gpu.cuda}, products in ${gpu.bfloat16 ? 'bfloat16' : 'float32'}` : note;
  return { backend, threads, version: libtensorflow, ...(words !== undefined && { gpu: words }) };
};
