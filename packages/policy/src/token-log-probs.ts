/** The language-model head for training: log-probability and entropy of every row, without keeping softmax beside logits. */
import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs';
import { withGradient } from './decoder-ops.ts';
import { sparseCrossEntropy } from './native-ops.ts';
import { tensorflow } from './tensorflow.ts';

/** Logits computed at once; more rows go in several pieces whose logits are computed again for the gradient. */
const maxLogits = 2 ** 25;

/** What no gradient is wanted of. */
export interface GradientsLeftOut {
  headFrozen?: boolean;
  entropyFrozen?: boolean;
}

interface Scored {
  logProbs: Tensor1D;
  entropy: Tensor1D;
}

/**
 * For hidden rows [R, d] and head weights [V, d]: the log-probability of each target [R] under softmax(logits / temperature)
 * and that distribution's entropy in nats, stacked as [2, R]. A frozen head gets no gradient, which saves a product as large as the logits';
 * so does an entropy that the loss leaves alone, whose gradient takes three passes over the logits.
 */
export function tokenLogProbs(
  hidden: Tensor2D,
  head: Tensor2D,
  targets: Int32Array,
  temperature: number,
  { limit = maxLogits, ...gradients }: { limit?: number } & GradientsLeftOut = {},
): Tensor2D {
  const tf = tensorflow();
  const rows = hidden.shape[0];
  const step = Math.max(1, Math.floor(limit / head.shape[0]));
  const pieces: Tensor[] = [];
  for (let start = 0; start < rows; start += step) {
    const count = Math.min(step, rows - start);
    const part = count === rows ? hidden : tf.slice(hidden, [start, 0], [count, -1]);
    const labels = tf.tensor1d(targets.subarray(start, start + count), 'int32');
    pieces.push(scorePiece(part, head, labels, temperature, { ...gradients, keepLogits: count === rows }));
  }
  return (pieces.length === 1 ? pieces[0] : tf.concat(pieces, 1)) as Tensor2D;
}

function scorePiece(
  hidden: Tensor2D,
  head: Tensor2D,
  targets: Tensor1D,
  temperature: number,
  { keepLogits, headFrozen, entropyFrozen }: { keepLogits: boolean } & GradientsLeftOut,
): Tensor {
  const tf = tensorflow();
  return withGradient(headFrozen ? [hidden] : [hidden, head], (save) => {
    const first = crossEntropy(hidden, head, targets, temperature);
    const { logProbs, entropy } = summarize(first);
    save([hidden, head, targets, ...(keepLogits ? [first.logits, first.loss, first.gradient] : [])]);
    return {
      value: tf.stack([logProbs, entropy]),
      gradient: (dy, saved) => {
        const [h, w, labels, logits, loss, gradient] = saved as [
          Tensor2D,
          Tensor2D,
          Tensor1D,
          Tensor2D,
          Tensor1D,
          Tensor2D,
        ];
        const parts = keepLogits ? { logits, loss, gradient } : crossEntropy(h, w, labels, temperature);
        const [dLogProbs, dEntropy] = tf.unstack(dy) as [Tensor1D, Tensor1D];
        // With loss = −log p(target): d loss/d logits = softmax − one-hot, which the kernel returned.
        let dLogits: Tensor = tf.mul(parts.gradient, tf.expandDims(tf.div(dLogProbs, -temperature), 1));
        if (!entropyFrozen) dLogits = tf.add(dLogits, entropyGradient(parts, tf.div(dEntropy, temperature)));
        const dHidden = tf.matMul(dLogits as Tensor2D, w);
        return headFrozen ? [dHidden] : [dHidden, tf.matMul(dLogits as Tensor2D, h, true, false)];
      },
    };
  });
}

interface CrossEntropy {
  /** [R, V], divided by the temperature. */
  logits: Tensor2D;
  /** −log p(target) [R]. */
  loss: Tensor1D;
  /** softmax − one-hot [R, V]. */
  gradient: Tensor2D;
}

function crossEntropy(hidden: Tensor2D, head: Tensor2D, targets: Tensor1D, temperature: number): CrossEntropy {
  const tf = tensorflow();
  const logits = tf.matMul(temperature === 1 ? hidden : tf.div(hidden, temperature), head, false, true) as Tensor2D;
  const [loss, gradient] = sparseCrossEntropy(logits, targets);
  return { logits, loss, gradient };
}

/** Entropy = log Z − Σ p·logit; with p = gradient + one-hot this is loss − Σ gradient·logit. */
function summarize({ logits, loss, gradient }: CrossEntropy): Scored {
  const tf = tensorflow();
  return { logProbs: tf.neg(loss), entropy: tf.sub(loss, tf.sum(tf.mul(gradient, logits), 1) as Tensor1D) };
}

/** d entropy/d logit = −p·(log p + entropy). */
function entropyGradient(parts: CrossEntropy, dEntropy: Tensor1D): Tensor {
  const tf = tensorflow();
  const logSoftmax = tf.logSoftmax(parts.logits);
  const { entropy } = summarize(parts);
  return tf.mul(
    tf.mul(tf.exp(logSoftmax), tf.add(logSoftmax, tf.expandDims(entropy, 1))),
    tf.expandDims(tf.neg(dEntropy), 1),
  );
}
