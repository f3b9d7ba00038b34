/** AdamW (arXiv 1711.05101) over all trainable weights as one flat vector, with clipping by global norm and a learning-rate schedule. */
import { join } from 'node:path';
import { type OptimizerConfig, UserError } from '@queryloop/contracts';
import type { Tensor1D } from '@tensorflow/tfjs';
import { adamwUpdate } from './adamw-update.ts';
import { jsonText, readJson, writeWhole } from './folder-files.ts';
import { type LossFn, lossAndGradient } from './gradient-graphs.ts';
import { learningRateAt } from './learning-rate.ts';
import { sizeOf } from './model-weights.ts';
import { encodeSafetensors, type NamedArray, readSafetensors } from './safetensors.ts';
import { tensorflow } from './tensorflow.ts';
import { joinFlat, type Trainable } from './trainable.ts';

export interface StepResult {
  /** Value of the loss before the step (the sum over micro-batches). */
  loss: number;
  /** Global norm of the gradient before clipping. */
  gradNorm: number;
  learningRate: number;
}

const moments = ['exp_avg', 'exp_avg_sq'] as const;

export class AdamW {
  private readonly policy: Trainable;
  private readonly config: OptimizerConfig;
  private first: Tensor1D;
  private second: Tensor1D;
  /** 1 for entries that decay: matrices, not norms and biases. Only kept when there is decay. */
  private readonly decays: Tensor1D | null;
  private stepsDone = 0;

  constructor(policy: Trainable, config: OptimizerConfig) {
    const tf = tensorflow();
    this.policy = policy;
    this.config = config;
    const total = policy.parameterCount();
    this.first = tf.keep(tf.zeros([total])) as Tensor1D;
    this.second = tf.keep(tf.zeros([total])) as Tensor1D;
    this.decays = config.weightDecay > 0 ? tf.keep(this.decayMask(total)) : null;
  }

  get steps(): number {
    return this.stepsDone;
  }

  /** Memory of the optimizer state. */
  get bytes(): number {
    return 4 * this.policy.parameterCount() * (this.decays ? 3 : 2);
  }

  /** One step down the gradient of `lossFn`, which calls policy.forward. Throws when the gradient is not finite, changing nothing. */
  step(lossFn: LossFn, totalSteps: number): StepResult {
    return this.stepAccumulated([lossFn], totalSteps);
  }

  /** One step down the summed gradient of several micro-batches, added up in the given order. */
  stepAccumulated(lossFns: readonly LossFn[], totalSteps: number): StepResult {
    const [loss, total] = this.accumulate(lossFns);
    return { loss, ...this.descend(total, totalSteps, loss) };
  }

  /**
   * The summed gradient of micro-batches by itself, changing nothing: one flat vector [parameterCount] in the order of `weightSpecs`, for
   * whoever adds up the gradients of micro-batches that other processes compute. Throws when it is not finite.
   */
  gradient(...lossFns: readonly LossFn[]): { loss: number; gradient: Float32Array } {
    const [loss, flat] = this.accumulate(lossFns);
    const gradient = flat.dataSync() as Float32Array;
    flat.dispose();
    if (!Number.isFinite(loss) || !gradient.every(Number.isFinite))
      throw this.diverged(`loss ${loss}, gradient ${gradient.find((g) => !Number.isFinite(g)) ?? 'finite'}`);
    return { loss, gradient };
  }

  /** One step down a gradient that is given, as `gradient` makes it. Throws when its norm is not finite, changing nothing. */
  applyGradient(gradient: Float32Array, totalSteps: number): Omit<StepResult, 'loss'> {
    const total = this.policy.parameterCount();
    if (gradient.length !== total)
      throw new RangeError(`a gradient of ${gradient.length} values for a policy of ${total} parameters`);
    return this.descend(tensorflow().tensor1d(gradient), totalSteps);
  }

  /** Takes the step and frees the gradient. */
  private descend(gradient: Tensor1D, totalSteps: number, loss = 0): Omit<StepResult, 'loss'> {
    const tf = tensorflow();
    const learningRate = learningRateAt(this.stepsDone + 1, totalSteps, this.config);
    const gradNorm = tf.tidy(() => Math.sqrt(tf.sum(tf.square(gradient)).dataSync()[0] as number));
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
      gradient.dispose();
      throw this.diverged(`loss ${loss}, gradient norm ${gradNorm}`);
    }
    this.apply(gradient, gradNorm, learningRate);
    gradient.dispose();
    return { gradNorm, learningRate };
  }

  private diverged(found: string): UserError {
    return new UserError({
      message: `step ${this.stepsDone + 1}: ${found}: training diverged`,
      field: 'optimizer.learningRate',
      hint: 'lower the learning rate, or raise warmupSteps',
    });
  }

  /** Summed value and flat gradient of losses, added up in their order. */
  private accumulate(lossFns: readonly LossFn[]): [number, Tensor1D] {
    const tf = tensorflow();
    let loss = 0;
    let total: Tensor1D | undefined;
    for (const lossFn of lossFns) {
      const { loss: value, gradient } = lossAndGradient(lossFn, this.policy.weightTensors());
      loss += value;
      const sum: Tensor1D = total ? tf.add(total, gradient) : gradient;
      if (total) tf.dispose([total, gradient]);
      total = sum;
    }
    if (!total) throw new RangeError('an optimizer step needs at least one loss');
    return [loss, total];
  }

  private apply(gradient: Tensor1D, gradNorm: number, learningRate: number): void {
    const tf = tensorflow();
    const { config, first, second, decays } = this;
    const clip = gradNorm > config.maxGradNorm ? config.maxGradNorm / gradNorm : 1;
    const step = this.stepsDone + 1;
    const flat = tf.tidy(() => joinFlat(this.policy.weightTensors()));
    const vectors = { weights: flat, gradient, first, second, decays };
    const [weights, nextFirst, nextSecond] = adamwUpdate(vectors, { ...config, clip, step, learningRate });
    tf.dispose([flat, first, second]);
    this.first = tf.keep(nextFirst);
    this.second = tf.keep(nextSecond);
    this.policy.replaceWeights(weights);
    weights.dispose();
    this.stepsDone = step;
  }

  private decayMask(total: number): Tensor1D {
    const values = new Float32Array(total);
    let offset = 0;
    for (const { shape } of this.policy.weightSpecs) {
      const size = sizeOf(shape);
      if (shape.length > 1) values.fill(1, offset, offset + size);
      offset += size;
    }
    return tensorflow().tensor1d(values);
  }

  /** Writes optimizer.safetensors (both moments of every weight) and optimizer.json (steps done) into `folder`. */
  async save(folder: string): Promise<void> {
    const arrays: NamedArray[] = [];
    for (const [name, flat] of [
      [moments[0], await this.first.data()],
      [moments[1], await this.second.data()],
    ] as const) {
      let offset = 0;
      for (const spec of this.policy.weightSpecs) {
        const size = sizeOf(spec.shape);
        arrays.push({
          name: `${spec.name}.${name}`,
          shape: spec.shape,
          values: (flat as Float32Array).subarray(offset, offset + size),
        });
        offset += size;
      }
    }
    await writeWhole(folder, 'optimizer.safetensors', encodeSafetensors(arrays));
    await writeWhole(folder, 'optimizer.json', [jsonText({ steps: this.stepsDone })]);
  }

  /** Restores what `save` wrote, bit for bit. Throws UserError when it belongs to another model. */
  async load(folder: string): Promise<void> {
    const tf = tensorflow();
    const state = await readJson(folder, 'optimizer.json');
    const arrays = await readSafetensors(join(folder, 'optimizer.safetensors'));
    const flats = moments.map((moment) => {
      const flat = new Float32Array(this.policy.parameterCount());
      let offset = 0;
      for (const { name, shape } of this.policy.weightSpecs) {
        const found = arrays.get(`${name}.${moment}`);
        if (!found || String(found.shape) !== String(shape))
          throw new UserError({
            message: `${folder}/optimizer.safetensors: ${name}.${moment} has shape [${found?.shape ?? 'missing'}], expected [${shape}]`,
            field: folder,
            hint: 'use the optimizer state saved with this policy',
          });
        flat.set(found.values, offset);
        offset += found.values.length;
      }
      return flat;
    });
    const [first, second] = flats.map((flat) => tf.keep(tf.tensor1d(flat))) as [Tensor1D, Tensor1D];
    tf.dispose([this.first, this.second]);
    this.first = first;
    this.second = second;
    this.stepsDone = Number(state?.steps);
  }

  dispose(): void {
    tensorflow().dispose([this.first, this.second, ...(this.decays ? [this.decays] : [])]);
  }
}
