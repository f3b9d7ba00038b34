/** The measuring process of measure-checkpointing.ts: updates on random completions, their memory and their processor time. */
import { OptimizerConfig } from '@queryloop/contracts';
import { AdamW } from '@queryloop/policy';
import type { Scalar } from '@tensorflow/tfjs';
import { answer, timed } from '../measure.ts';
import { randomPolicy } from './random-policy.ts';
import { shapes, textOf, type Workload } from './workload.ts';

export interface MeasuredUpdate extends Workload {
  /** Trains an adapter of rank 16, else all weights. */
  lora: boolean;
  /** All layers are checkpointed, else none. */
  gradientCheckpointing: boolean;
  updates: number;
}

export interface UpdateFigures {
  /** Rows of one update, which is one part. */
  tokens: number;
  /** Memory of the process before the first update, and the most it held. */
  bytesBefore: number;
  peakBytes: number;
  /** Processor time of an update, all threads together: the least of all. */
  cpuSeconds: number;
}

async function measure(work: MeasuredUpdate): Promise<UpdateFigures> {
  const policy = await randomPolicy(shapes[work.shape]);
  if (work.lora) {
    policy.addAdapter('default', { seed: 1, base: null });
    policy.useAdapter('default');
  }
  const { tf } = policy;
  const optimizer = new AdamW(policy.trainable, OptimizerConfig.parse({ learningRate: 1e-6 }));
  const ids = (length: number, key: number) => textOf(length, key, work.shape);
  const groups = Array.from({ length: work.prompts }, (_, g) => ({
    promptIds: ids(work.promptTokens, g),
    completions: Array.from({ length: work.group }, (_, c) => ids(work.completionTokens, 100 + work.group * g + c)),
  }));
  const batch = policy.packGroups(groups);
  const checkpointedLayers = work.gradientCheckpointing ? policy.config.layers : 0;
  const loss = () =>
    tf.neg(tf.mean(policy.forward(batch, 1, { checkpointedLayers, entropyGradient: false }).logProbs)) as Scalar;
  const bytesBefore = process.memoryUsage.rss();
  let cpuSeconds = Number.POSITIVE_INFINITY;
  for (let update = 0; update < work.updates; update++) {
    const stepped = await timed(() => optimizer.step(loss, work.updates));
    cpuSeconds = Math.min(cpuSeconds, stepped.cpuSeconds);
  }
  return {
    tokens: policy.countTokens(groups),
    bytesBefore,
    peakBytes: process.resourceUsage().maxRSS * 1024,
    cpuSeconds,
  };
}

await answer(measure);
