/** A TensorFlow graph loaded as a session of the native binding, and the part of tfjs-node's backend that graphs are made with. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataId, Tensor } from '@tensorflow/tfjs';
import type { AttributeKinds, GraphAttribute, GraphDefinition } from './graph-definition.ts';
import { engineInfo, tensorflow } from './tensorflow.ts';

/** An output as the binding describes it. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

export interface Binding extends AttributeKinds {
  createTensor(shape: number[], dtype: number, data: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  executeOp(name: string, attributes: GraphAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
}

export interface Backend {
  binding: Binding;
  tensorMap: { get(dataId: DataId): { dtype: number } };
  isUsingGpuDevice: boolean;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
}

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

export function backend(): Backend {
  return tensorflow().backend() as unknown as Backend;
}
