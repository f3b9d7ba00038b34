/** Kernels called by name on the native backend: what tfjs has no op for, or wraps in checks that cost more than the kernel. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { engineInfo, tensorflow } from './tensorflow.ts';

interface NativeBackend {
  binding: { TF_ATTR_TYPE: number; TF_ATTR_INT: number; TF_FLOAT: number; TF_INT32: number };
  executeSingleOutput(name: string, attributes: object[], inputs: Tensor[]): Tensor;
  executeMultipleOutputs(name: string, attributes: object[], inputs: Tensor[], outputs: number): Tensor[];
}

function native(): NativeBackend | null {
  return engineInfo().backend === 'tensorflow' ? (tensorflow().backend() as unknown as NativeBackend) : null;
}

/** Entries of the first axis of a float32 tensor at `indices`, without gradient. tf.gather reads the indices back on every call. */
export function takeRows(x: Tensor, indices: Tensor1D): Tensor {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.gather(x, indices);
  const { TF_ATTR_TYPE: type, TF_ATTR_INT, TF_FLOAT, TF_INT32 } = backend.binding;
  const attributes = [
    { name: 'batch_dims', type: TF_ATTR_INT, value: 0 },
    { name: 'Tparams', type, value: TF_FLOAT },
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
  const attributes = [{ name: 'T', type: backend.binding.TF_ATTR_TYPE, value: backend.binding.TF_FLOAT }];
  return backend.executeSingleOutput('InplaceUpdate', attributes, [into, places, values]) as Tensor2D;
}

/** A kept tensor with a copy of `values` in the engine, which are free for other use afterwards. */
export function ownTensor(values: Float32Array, shape: number[]): Tensor {
  const tf = tensorflow();
  const backend = native();
  if (!backend) return tf.keep(tf.tensor(values, shape));
  // tfjs-node goes on using the memory of `values` where it happens to be aligned.
  const shared = tf.tensor(values, shape);
  const own = deepCopy(backend, shared);
  shared.dispose();
  return tf.keep(own);
}

function deepCopy(backend: NativeBackend, tensor: Tensor): Tensor {
  const { TF_ATTR_TYPE: type, TF_FLOAT } = backend.binding;
  return backend.executeSingleOutput('DeepCopy', [{ name: 'T', type, value: TF_FLOAT }], [tensor]);
}

/**
 * Room for `length` values that libtensorflow reads where they are: what is not aligned to 64 bytes it copies first, and freed copies
 * of many sizes leave holes between the tensors that are kept.
 */
export function alignedValues(length: number): Float32Array {
  const tf = tensorflow();
  const buffer = new ArrayBuffer(4 * length + 48);
  // Memory comes aligned to 16 bytes. Where it is cannot be asked, but a tensor that shares it shows what is written to it.
  for (const offset of native() ? [0, 16, 32, 48] : []) {
    const values = new Float32Array(buffer, offset, length);
    const probe = tf.tensor(values.subarray(0, 1));
    deepCopy(native() as NativeBackend, probe).dispose();
    values[0] = 1;
    const copy = deepCopy(native() as NativeBackend, probe);
    const shared = copy.dataSync()[0] === 1;
    values[0] = 0;
    tf.dispose([probe, copy]);
    if (shared) return values;
  }
  return new Float32Array(buffer, 0, length);
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
