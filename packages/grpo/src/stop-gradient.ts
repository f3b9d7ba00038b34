/** The stop-gradient operator (sg, detach), which TensorFlow.js does not have. */
import type { Tensor, Tf } from './tf.ts';

/** The value of `x`, through which no gradient flows. */
export function stopGradient<T extends Tensor>(tf: Tf, x: T): T {
  const identity = tf.customGrad((input) => ({
    value: tf.clone(input as Tensor),
    gradFunc: (dy: Tensor) => tf.zerosLike(dy),
  }));
  return identity(x) as T;
}
