/** A TensorFlow graph loaded as a session of the native binding. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor } from '@tensorflow/tfjs';
import type { GraphDefinition } from './graph-definition.ts';
import type { NativeBackend } from './native-backend.ts';
import { engineInfo, tensorflow } from './tensorflow.ts';

/** Whether computations can be run as graphs here. */
export function canRecord(): boolean {
  return engineInfo().backend === 'tensorflow' && !backend().isUsingGpuDevice;
}

export class GraphSession {
  private readonly id: number;
  private readonly inputs: string;
  private readonly outputs: string;

  /** `inputs` are names of placeholders, `outputs` are "name:index". */
  constructor(definition: GraphDefinition, inputs: readonly string[], outputs: readonly string[]) {
    this.id = load(definition);
    this.inputs = inputs.join();
    this.outputs = outputs.join();
  }

  /** The outputs for inputs given by the binding's ids of their tensors. */
  run(inputs: number[]): Tensor[] {
    const native = backend();
    const outputs = native.binding.runSavedModel(this.id, inputs, this.inputs, this.outputs);
    return outputs.map((metadata) => native.createOutputTensor(metadata));
  }

  dispose(): void {
    backend().deleteSavedModel(this.id);
  }
}

/** The file is needed only while it loads. */
function load(definition: GraphDefinition): number {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-graph-'));
  try {
    writeFileSync(join(folder, 'saved_model.pb'), definition.savedModel());
    return backend().loadSavedModelMetaGraph(folder, 'serve');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export function backend(): NativeBackend {
  return tensorflow().backend() as unknown as NativeBackend;
}
