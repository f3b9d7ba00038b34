/** Supervised training on prompt/query pairs, in micro-batches of as many tokens as memory is meant to hold. */
import type { Metrics, StepContext, WarmStartInput } from '@queryloop/contracts';
import { AdamW, loadTensorflow, type Policy } from '@queryloop/policy';
import { letEventsThrough } from './let-events-through.ts';
import { microBatches, packed } from './micro-batches.ts';
import type { PairSource } from './pair-source.ts';

/** Tells the dropout of the warm start from that of updates. */
const DROPOUT_STREAM = 0;

/** Trains what the policy trains: the adapter in use, or all weights. Returns the loss of the last step. */
export async function trainOnPairs(
  policy: Policy,
  { warmStart: settings, threads }: Pick<WarmStartInput, 'warmStart' | 'threads'>,
  source: PairSource,
  context: StepContext,
): Promise<Metrics> {
  const tf = await loadTensorflow({ threads });
  const optimizer = new AdamW(policy.trainable, settings.optimizer);
  let loss = 0;
  try {
    for (let step = 0; step < settings.steps; step++) {
      await letEventsThrough(context);
      const groups = Array.from({ length: settings.batchSize }, (_, i) => {
        const { promptIds, completionIds } = source(step * settings.batchSize + i);
        return { promptIds, rows: [{ completion: { ids: completionIds } }] };
      });
      const tokens = groups.reduce((sum, { rows }) => sum + (rows[0]?.completion.ids.length ?? 0), 0);
      const lossFns = microBatches(policy, groups, settings).map(({ groups: part, checkpointedLayers }, i) => () => {
        const options = { dropoutKey: [DROPOUT_STREAM, step, i], checkpointedLayers, entropyGradient: false };
        return tf
          .sum(policy.forward(policy.packGroups(packed(part)), 1, options).logProbs)
          .div(-tokens)
          .asScalar();
      });
      loss = optimizer.stepAccumulated(lossFns, settings.steps).loss;
      const detail = `loss ${loss.toFixed(3)}`;
      context.progress({ phase: 'warm start', done: step + 1, total: settings.steps, detail });
    }
  } finally {
    optimizer.dispose();
  }
  return { 'warm_start/loss': loss };
}
