/** The GRPO loss of one (micro-)batch of completions: ratio, clipping, KL and reduction put together. */
import { cispoTerm, clippedSurrogate } from './clip.ts';
import { klPenalty } from './kl.ts';
import { type LossSums, lossMetrics, lossSumTensor, readLossSums } from './loss-metrics.ts';
import { type ImportanceSampling, importanceRatio } from './ratio.ts';
import { type BatchCounts, type LossType, reduceLoss } from './reduce.ts';
import { stopGradient } from './stop-gradient.ts';
import type { Scalar, Tensor, Tensor1D, Tensor2D, Tf } from './tf.ts';

/** N completions, padded to T tokens; whatever stands where the mask is off, NaN included, has no effect. */
export interface LossInputs {
  /** [N, T] log π_θ of each sampled token; the gradient flows through it. */
  logProbs: Tensor2D;
  /** [N, T] under the policy that sampled; left out, `logProbs` itself without gradient: ratio 1, for the first step on a rollout. */
  oldLogProbs?: Tensor2D | undefined;
  /** [N, T] under the reference policy; needed when beta is not 0. */
  refLogProbs?: Tensor2D | undefined;
  /** [N], or [N, T] where the turns of a completion have advantages of their own. */
  advantages: Tensor1D | Tensor2D;
  /** [N, T], 1 for tokens of the completion that are in the loss: neither padding nor a database's message (TRL's tool mask). */
  mask: Tensor2D;
  /** [N, T] entropy of the next-token distribution; needed when entropyCoefficient is not 0. */
  entropy?: Tensor2D | undefined;
  /** [N] how many identical completions a row stands for (default 1): every sum and count weighs by it. */
  multiplicity?: Tensor1D | undefined;
  /**
   * [N], 0 for completions of groups of equal reward (default all 1): they contribute nothing to the loss, neither policy
   * term nor KL nor entropy bonus, and count in no denominator: not as completions (grpo, dr_grpo), not as tokens (bnpo,
   * dapo, cispo). TRL lets them count; with all rows active the loss is TRL's.
   */
  active?: Tensor1D | undefined;
  /** [N, T] or [N, 1] weights of the policy term, for completions that another engine sampled (importanceWeights); default all 1. */
  importance?: Tensor2D | undefined;
}

/** Named as in the experiment config's `grpo` section. The counts default to those of this batch; see BatchCounts. */
export interface LossOptions extends Partial<BatchCounts> {
  lossType: LossType;
  importanceSampling: ImportanceSampling;
  epsilon: number;
  /** Default: epsilon. */
  epsilonHigh?: number | undefined;
  delta?: number | undefined;
  beta: number;
  entropyCoefficient: number;
  /** Longest completion the sampler allows, in tokens (dr_grpo divides by it). */
  maxCompletionLength: number;
}

export interface GrpoLoss {
  /** Differentiable with respect to what `logProbs` and `entropy` were computed from. */
  loss: Scalar;
  /** Sums for the metrics, as a tensor that `readSums` reads later. Call it where `loss` is made, before a tidy ends. */
  sumTensor: () => Tensor1D;
  /** What lossMetrics turns into metrics of several micro-batches. */
  readSums: (sums: Tensor) => LossSums;
  /** Both at once. */
  sums: () => LossSums;
  /** lossMetrics of this batch alone. */
  metrics: () => Record<string, number>;
}

/**
 * Loss of DeepSeekMath (arXiv 2402.03300) and its successors as TRL 1.16 computes it; the formulas are in the parts it is
 * made of. The losses of micro-batches given the counts of their whole batch (countBatch) add up to the loss of the whole.
 * Throws when shapes do not match, or something that beta or entropyCoefficient needs is missing.
 */
export function grpoLoss(tf: Tf, inputs: LossInputs, options: LossOptions): GrpoLoss {
  checkInputs(inputs, options);
  const {
    lossType,
    importanceSampling: level,
    epsilon,
    epsilonHigh = epsilon,
    delta,
    beta,
    entropyCoefficient,
  } = options;
  const mask = tf.cast(inputs.mask, 'float32');
  const on = tf.cast(inputs.mask, 'bool');
  // Padding is cleared before exp sees it: infinity · 0 would be NaN.
  const masked = (x: Tensor2D): Tensor2D => tf.where(on, x, tf.zerosLike(x));

  const logProbs = masked(inputs.logProbs);
  const oldLogProbs = inputs.oldLogProbs ? masked(inputs.oldLogProbs) : stopGradient(tf, logProbs);
  const advantages = (
    inputs.advantages.rank === 2 ? inputs.advantages : tf.reshape(inputs.advantages, [-1, 1])
  ) as Tensor2D;
  const multiplicity = inputs.multiplicity ?? (tf.ones([inputs.logProbs.shape[0]]) as Tensor1D);
  const rowWeights = inputs.active ? tf.mul<Tensor1D>(multiplicity, tf.cast(inputs.active, 'float32')) : multiplicity;
  const entropy = inputs.entropy ? masked(inputs.entropy) : null;
  const ratio = importanceRatio(tf, { logProbs, oldLogProbs, mask, level });
  const kl =
    beta !== 0 && inputs.refLogProbs
      ? klPenalty(tf, { logProbs, refLogProbs: masked(inputs.refLogProbs), ratio })
      : null;

  let perToken =
    lossType === 'cispo'
      ? cispoTerm(tf, { ratio, logProbs, advantages, epsilonHigh })
      : clippedSurrogate(tf, { ratio, advantages, epsilon, epsilonHigh, ...(delta !== undefined && { delta }) });
  if (inputs.importance) perToken = tf.mul(perToken, inputs.importance);
  if (kl) perToken = tf.add(perToken, tf.mul(kl, beta));
  let loss = reduceLoss(tf, perToken, mask, rowWeights, options);
  if (entropy && entropyCoefficient !== 0) {
    // The bonus is the mean entropy per token, whatever the policy term is divided by.
    const meanEntropy = reduceLoss(tf, entropy, mask, rowWeights, { ...options, lossType: 'dapo' });
    loss = tf.sub(loss, tf.mul(meanEntropy, entropyCoefficient));
  }
  const sumTensor = () =>
    lossSumTensor(tf, { ratio, advantages, mask, multiplicity, kl, entropy, lossType, epsilon, epsilonHigh });
  const has = { kl: kl !== null, entropy: entropy !== null };
  const readSums = (sums: Tensor) => readLossSums(sums, { ...has, lossType });
  const sums = () => {
    const tensor = sumTensor();
    const read = readSums(tensor);
    tensor.dispose();
    return read;
  };
  return { loss, sumTensor, readSums, sums, metrics: () => lossMetrics([sums()]) };
}

function checkInputs(inputs: LossInputs, options: LossOptions): void {
  const [n, t] = inputs.logProbs.shape;
  const expect = (name: keyof LossInputs, shape: number[]) => {
    const tensor: Tensor | undefined = inputs[name];
    if (tensor && tensor.shape.join() !== shape.join())
      throw new RangeError(`${name} has shape [${tensor.shape}]; expected [${shape}].`);
  };
  for (const name of ['oldLogProbs', 'refLogProbs', 'mask', 'entropy'] as const) expect(name, [n, t]);
  if (inputs.advantages.rank === 2) expect('advantages', [n, t]);
  else expect('advantages', [n]);
  // one weight a completion, or one a token
  if (inputs.importance?.shape[1] !== 1) expect('importance', [n, t]);
  for (const name of ['multiplicity', 'active'] as const) expect(name, [n]);
  if (options.beta !== 0 && !inputs.refLogProbs)
    throw new RangeError(`beta is ${options.beta}, which needs refLogProbs.`);
  if (options.entropyCoefficient !== 0 && !inputs.entropy) {
    throw new RangeError(`entropyCoefficient is ${options.entropyCoefficient}, which needs entropy.`);
  }
}
