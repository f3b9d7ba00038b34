/** Puts another computation in the place of one of tfjs-node's kernels, with that kernel to fall back to. */
import type { Tensor } from '@tensorflow/tfjs';

type TF = typeof import('@tensorflow/tfjs');

/** Has `compute` do what the native backend's kernel of that name does; `fallBack` gives that kernel's result. */
export function replaceKernel<Arguments>(
  tf: TF,
  kernelName: string,
  compute: (given: Arguments, fallBack: () => Tensor) => Tensor,
): void {
  const former = tf.getKernel(kernelName, 'tensorflow');
  tf.unregisterKernel(kernelName, 'tensorflow');
  tf.registerKernel({
    ...former,
    kernelFunc: (given) => compute(given as unknown as Arguments, () => former.kernelFunc(given) as Tensor),
  });
}

/** Empty tensors and other types stay with the kernels that tfjs-node calls. */
export function isFloat(t: Tensor): boolean {
  return t.dtype === 'float32' && t.size > 0;
}
