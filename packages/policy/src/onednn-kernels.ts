/**
 * Matrix products and softmax by oneDNN's kernels, called by name: at the sizes of a decoding step they are two to four times as
 * fast as Eigen's, batched products of the update twice (docs/performance.md). TensorFlow's own switch for them announces itself on
 * stderr at every start.
 */
import type { Tensor } from '@tensorflow/tfjs';
import type { GraphAttribute } from './graph-definition.ts';
import type { NativeBackend } from './native-backend.ts';
import { isFloat, replaceKernel } from './replace-kernel.ts';

type TF = typeof import('@tensorflow/tfjs');

interface ProductArguments {
  inputs: { a: Tensor; b: Tensor };
  attrs: { transposeA: boolean; transposeB: boolean };
  backend: NativeBackend;
}

/** Takes over the native backend's kernels where its library holds oneDNN's; false where it does not (other processors, graphics cards). */
export function useOneDnn(tf: TF): boolean {
  const backend = tf.backend() as unknown as NativeBackend;
  if (backend.isUsingGpuDevice || !holdsOneDnn(tf, backend)) return false;
  replaceKernel(tf, 'BatchMatMul', ({ inputs: { a, b }, attrs, backend: own }: ProductArguments, fallBack) =>
    isFloat(a) && isFloat(b) ? product(own, a, b, attrs) : fallBack(),
  );
  replaceKernel(
    tf,
    'Softmax',
    ({ inputs: { logits }, backend: own }: { inputs: { logits: Tensor }; backend: NativeBackend }, fallBack) =>
      isFloat(logits) ? own.executeSingleOutput('_MklSoftmax', [floats(own), oneDnn(own)], [logits]) : fallBack(),
  );
  return true;
}

const fewRows = 256;

function product(
  backend: NativeBackend,
  a: Tensor,
  b: Tensor,
  { transposeA, transposeB }: ProductArguments['attrs'],
): Tensor {
  const { TF_ATTR_BOOL: type } = backend.binding;
  const rows = a.shape[transposeA ? 1 : 0] as number;
  // The plain kernel is up to twice as slow where it has to turn a large matrix for few rows.
  const plain = a.shape.length === 2 && b.shape.length === 2 && !(transposeB && rows < fewRows);
  const [name, first, second] = plain
    ? ['_MklMatMul', 'transpose_a', 'transpose_b']
    : ['_MklBatchMatMulV2', 'adj_x', 'adj_y'];
  const attributes = [
    floats(backend),
    { name: first, type, value: transposeA },
    { name: second, type, value: transposeB },
    oneDnn(backend),
  ];
  return backend.executeSingleOutput(name, attributes, [a, b]);
}

function floats({ binding }: NativeBackend): GraphAttribute {
  return { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
}

/** The label under which TensorFlow registers oneDNN's kernels. */
function oneDnn({ binding }: NativeBackend): GraphAttribute {
  return { name: '_kernel', type: binding.TF_ATTR_STRING, value: 'MklNameChangeOp' };
}

function holdsOneDnn(tf: TF, backend: NativeBackend): boolean {
  try {
    return tf.tidy(() => {
      const attrs = { transposeA: false, transposeB: true };
      const plain = product(backend, tf.tensor2d([[1, 2]]), tf.tensor2d([[3, 4]]), attrs);
      const batched = product(backend, tf.tensor3d([[[1, 2]]]), tf.tensor3d([[[3, 4]]]), attrs);
      const half = backend.executeSingleOutput('_MklSoftmax', [floats(backend), oneDnn(backend)], [tf.zeros([1, 2])]);
      return [plain, batched].every((t) => t.dataSync()[0] === 11) && half.dataSync()[0] === 0.5;
    });
  } catch {
    return false;
  }
}
