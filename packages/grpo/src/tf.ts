/** TensorFlow.js as this package sees it: types only, the library itself is handed in by the caller. */
export type Tf = typeof import('@tensorflow/tfjs');
export type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
