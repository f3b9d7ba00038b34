/** The part of tfjs-node's backend, and of the C++ binding below it, that kernels and graphs are called with; tfjs types neither. */
import type { DataId, Tensor } from '@tensorflow/tfjs';
import type { AttributeKinds, GraphAttribute } from './graph-definition.ts';
import type { HalfFormat } from './half-floats.ts';

/** A tensor as the binding describes it. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

export interface Binding extends AttributeKinds {
  TF_FLOAT: number;
  TF_INT32: number;
  TF_Version?: string;
  createTensor(shape: number[], dtype: number, data: ArrayBufferView): number;
  deleteTensor(id: number): void;
  tensorDataSync(id: number): ArrayBufferView;
  executeOp(name: string, attributes: GraphAttribute[], inputs: number[], outputs: number): TensorMetadata[];
  runSavedModel(session: number, inputs: number[], inputNames: string, outputNames: string): TensorMetadata[];
}

export interface NativeBackend {
  binding: Binding;
  tensorMap: { get(dataId: DataId): { dtype: number } };
  isUsingGpuDevice: boolean;
  getInputTensorIds(tensors: readonly Tensor[]): number[];
  createOutputTensor(metadata: TensorMetadata): Tensor;
  executeSingleOutput(name: string, attributes: GraphAttribute[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: GraphAttribute[], inputs: Tensor[], outputs: number): Tensor[];
  loadSavedModelMetaGraph(folder: string, tags: string): number;
  deleteSavedModel(id: number): void;
}

/** DT_HALF and DT_BFLOAT16 of tensorflow/core/framework/types.proto, which the binding does not name. */
export const halfTypes: Readonly<Record<HalfFormat, number>> = { F16: 19, BF16: 14 };

/** A tensor of the binding cast to another of its types. Where that is a half one, tfjs does not know it, and the caller deletes it. */
export function cast(binding: Binding, id: number, from: number, to: number): TensorMetadata {
  const attributes = [
    { name: 'SrcT', type: binding.TF_ATTR_TYPE, value: from },
    { name: 'DstT', type: binding.TF_ATTR_TYPE, value: to },
    { name: 'Truncate', type: binding.TF_ATTR_BOOL, value: false },
  ];
  return binding.executeOp('Cast', attributes, [id], 1)[0] as TensorMetadata;
}
