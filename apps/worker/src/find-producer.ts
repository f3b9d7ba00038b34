/** The step that tells the workflow how an artifact was made, so that a lost one can be made again. */
import type { RecoverySteps, StepCache } from '@queryloop/contracts';
import { queueOf } from './registry.ts';

export function recoverySteps(cache: StepCache): RecoverySteps {
  return {
    findProducer: async ({ artifact }) => {
      const made = await cache.producerOf(artifact);
      const queue = made === null ? undefined : queueOf(made.step);
      return made === null || queue === undefined ? null : { queue, step: made.step, input: made.input };
    },
  };
}
