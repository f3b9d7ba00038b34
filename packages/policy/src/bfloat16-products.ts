/**
 * Large matrix products with operands rounded to bfloat16, for GPUs, whose matrix units multiply those twice as fast as float32
 * (TF32 there); sums are float32 in the units, results are rounded to bfloat16 and given as float32. Weights, activations and
 * everything else stay float32.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { cast, halfTypes, type NativeBackend, type TensorMetadata } from './native-backend.ts';
import { isFloat, replaceKernel } from './replace-kernel.ts';

type TF = typeof import('@tensorflow/tfjs');

interface ProductArguments {
  inputs: { a: Tensor; b: Tensor };
  attrs: { transposeA: boolean; transposeB: boolean };
  backend: NativeBackend;
}

const bfloat16 = halfTypes.BF16;

/** Has all products that gain by it computed so, those of gradients among them, as they are products too. */
export function useBfloat16(tf: TF): void {
  replaceKernel(tf, 'BatchMatMul', ({ inputs: { a, b }, attrs, backend }: ProductArguments, fallBack) =>
    isFloat(a) && isFloat(b) && gains(a, b, attrs) ? bfloat16Product(backend, a, b, attrs) : fallBack(),
  );
}

/**
 * float32 (TF32) operations in the time of moving one byte, by data sheets: 80 to 100 on A100 and H200, 150 on H100. A product of m × k
 * with k × n has 2·m·k·n operations, of whose time bfloat16 saves half; casting moves 4 bytes more of each value of the three matrices.
 * It pays where 1/m + 1/k + 1/n is below 1/(4 × 100). Not tried on a GPU.
 */
const operationsOfAByte = 100;

/** Whether casts cost less than they save: in products of many rows and wide matrices, not in a decoding step or an attention head. */
export function gains(a: Tensor, b: Tensor, { transposeA, transposeB }: ProductArguments['attrs']): boolean {
  const [rows, inner] = (transposeA ? a.shape.slice(-2).reverse() : a.shape.slice(-2)) as [number, number];
  const columns = b.shape.at(transposeB ? -2 : -1) as number;
  return 1 / rows + 1 / inner + 1 / columns < 1 / (4 * operationsOfAByte);
}

/** a · b of float32 matrices or batches of them, computed in bfloat16. */
export function bfloat16Product(
  backend: NativeBackend,
  a: Tensor,
  b: Tensor,
  { transposeA, transposeB }: ProductArguments['attrs'],
): Tensor {
  const { binding } = backend;
  const { TF_ATTR_TYPE: type, TF_ATTR_BOOL, TF_FLOAT } = binding;
  const attributes = [
    { name: 'T', type, value: bfloat16 },
    { name: 'adj_x', type: TF_ATTR_BOOL, value: transposeA },
    { name: 'adj_y', type: TF_ATTR_BOOL, value: transposeB },
  ];
  const halves = backend.getInputTensorIds([a, b]).map((id) => cast(binding, id, TF_FLOAT, bfloat16).id);
  const [half] = binding.executeOp('BatchMatMulV2', attributes, halves, 1) as [TensorMetadata];
  const result = cast(binding, half.id, bfloat16, TF_FLOAT);
  // tfjs knows no tensors of this type, so nobody else frees them.
  for (const id of [...halves, half.id]) binding.deleteTensor(id);
  return backend.createOutputTensor(result);
}
