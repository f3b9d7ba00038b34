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
