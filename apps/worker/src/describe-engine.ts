/** Loads TensorFlow.js as every step does and says which engine it is: whether this machine can train. */
import type { Step } from '@queryloop/contracts';
import { engineInfo, loadTensorflow } from '@queryloop/policy';

export interface EngineReport {
  backend: string;
  threads: number;
  /** Version of the native library, where known. */
  version: string | null;
}

export const describeEngine: Step<{ threads: number }, EngineReport> = async ({ threads }) => {
  await loadTensorflow({ threads, allowWasm: true });
  const { backend, libtensorflow } = engineInfo();
  return { backend, threads, version: libtensorflow };
};
