/** Kernels called by name on the native backend: what tfjs has no op for, or wraps in checks that cost more than the kernel. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import type { HalfFormat } from './half-floats.ts';
import { cast, halfTypes, type NativeBackend, type TensorMetadata } from './native-backend.ts';
import { engineInfo, tensorflow, tidy } from './tensorflow.ts';

function native(): NativeBackend | null {
  return engineInfo().backend === 'tensorflow' ? (tensorflow().backend() as unknown as NativeBackend) : null;
}

function typeNumber({ binding: { TF_FLOAT, TF_INT32 } }: NativeBackend, dtype: string): number {
  return dtype === 'int32' ? TF_INT32 : TF_FLOAT;
}

/** Entries of the first axis of a float32 or int32 tensor at `indices`, without gradient. tf.gather reads the indices back on every call. */
export function takeRows(x: Tensor, indices: Tensor1D): Tensor {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.gather(x, indices);
  const { TF_ATTR_TYPE: type, TF_ATTR_INT, TF_INT32 } = backend.binding;
  const attributes = [
    { name: 'batch_dims', type: TF_ATTR_INT, value: 0 },
    { name: 'Tparams', type, value: typeNumber(backend, x.dtype) },
    { name: 'Tindices', type, value: TF_INT32 },
    { name: 'Taxis', type, value: TF_INT32 },
  ];
  return backend.executeSingleOutput('GatherV2', attributes, [x, indices, tf.scalar(0, 'int32')]);
}

/** Whether `writeRows` changes the tensor it is given instead of making another. */
export function writesInPlace(): boolean {
  return native() !== null;
}

/** `into` [M, w] with the rows of `values` [R, w] at `places` [R], each another: the same memory on the native backend. */
export function writeRows(into: Tensor2D, places: Tensor1D, values: Tensor2D): Tensor2D {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.tensorScatterUpdate(into, tf.reshape(places, [-1, 1]), values) as Tensor2D;
  const attributes = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: typeNumber(backend, into.dtype) }];
  return backend.executeSingleOutput('InplaceUpdate', attributes, [into, places, values]) as Tensor2D;
}

/** A kept tensor with a copy of `values` in the engine, which are free for other use afterwards. */
export function ownTensor(values: Float32Array, shape: number[]): Tensor {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.keep(tf.tensor(values, shape));
  // tfjs-node goes on using the memory of `values` where it happens to be aligned.
  const shared = tf.tensor(values, shape);
  const own = deepCopy(shared);
  shared.dispose();
  return tf.keep(own);
}

/** The native backend's copy of a float32 tensor, in memory of its own. */
export function deepCopy(tensor: Tensor): Tensor {
  const backend = native() as NativeBackend;
  const { TF_ATTR_TYPE: type, TF_FLOAT } = backend.binding;
  return backend.executeSingleOutput('DeepCopy', [{ name: 'T', type, value: TF_FLOAT }], [tensor]);
}

/** Whether matrices can be made in pieces (`emptyMatrix`) and held in half precision; on a GPU neither was tried. */
export function isNativeCpu(): boolean {
  return native() !== null && engineInfo().gpu === undefined;
}

/** A kept matrix without values yet; see `isNativeCpu`. */
export function emptyMatrix(shape: readonly [number, number], dtype: 'float32' | 'int32'): Tensor2D {
  const tf = tensorflow();
  const backend = native() as NativeBackend;
  const { TF_ATTR_TYPE: type, TF_ATTR_BOOL } = backend.binding;
  const attributes = [
    { name: 'dtype', type, value: typeNumber(backend, dtype) },
    { name: 'init', type: TF_ATTR_BOOL, value: false },
  ];
  return tidy(() =>
    tf.keep(backend.executeSingleOutput('Empty', attributes, [tf.tensor1d([...shape], 'int32')])),
  ) as Tensor2D;
}

/** The values that lie in pairs in an int32 tensor [n, m], as float32 [n, m, 2]; the native backend only. */
export function widenPairs(packed: Tensor2D, format: HalfFormat): Tensor {
  const backend = native() as NativeBackend;
  const { binding } = backend;
  const { TF_ATTR_TYPE: type, TF_FLOAT, TF_INT32 } = binding;
  const half = halfTypes[format];
  const attributes = [
    { name: 'T', type, value: TF_INT32 },
    { name: 'type', type, value: half },
  ];
  const [halves] = binding.executeOp('Bitcast', attributes, backend.getInputTensorIds([packed]), 1) as [TensorMetadata];
  try {
    return backend.createOutputTensor(cast(binding, halves.id, half, TF_FLOAT));
  } finally {
    // tfjs knows no tensors of this type, so nobody else frees it.
    binding.deleteTensor(halves.id);
  }
}

/** −log softmax at the labels [R] and softmax − one-hot [R, V] of logits [R, V], without gradient. */
export function sparseCrossEntropy(logits: Tensor2D, labels: Tensor1D): [Tensor1D, Tensor2D] {
  const tf = tensorflow();
  const backend = native();
  if (backend) {
    const { TF_ATTR_TYPE: type, TF_FLOAT, TF_INT32 } = backend.binding;
    const attributes = [
      { name: 'T', type, value: TF_FLOAT },
      { name: 'Tlabels', type, value: TF_INT32 },
    ];
    return backend.executeMultipleOutputs('SparseSoftmaxCrossEntropyWithLogits', attributes, [logits, labels], 2) as [
      Tensor1D,
      Tensor2D,
    ];
  }
  const oneHot = tf.oneHot(labels, logits.shape[1]);
  const logSoftmax = tf.logSoftmax(logits);
  return [tf.neg(tf.sum(tf.mul(logSoftmax, oneHot), 1)) as Tensor1D, tf.sub(tf.exp(logSoftmax), oneHot)];
}

/** Uniform numbers in [0, 1) of a shape: a function of the seed alone, whatever the number of threads. */
export function statelessUniform(shape: number[], seed: [number, number]): Tensor {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.randomUniform(shape, 0, 1, 'float32', seed[0] + seed[1]);
  const { TF_ATTR_TYPE: type, TF_FLOAT, TF_INT32 } = backend.binding;
  const attributes = [
    { name: 'dtype', type, value: TF_FLOAT },
    { name: 'T', type, value: TF_INT32 },
    { name: 'Tseed', type, value: TF_INT32 },
  ];
  const inputs = [tf.tensor1d(shape, 'int32'), tf.tensor1d(seed, 'int32')];
  return backend.executeSingleOutput('StatelessRandomUniform', attributes, inputs);
}
