/** TensorFlow.js as this package sees it: types only, the library itself is handed in by the caller. */
import type * as tfjs from '@tensorflow/tfjs';

export type Tf = typeof tfjs;
export type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
