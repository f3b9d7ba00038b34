/** Adds up the gradients of all shards in their order, in float32: the same bits whoever computed them, and wherever. */
import type { ArtifactRef, ReducedGradient, ReduceGradientsInput, Step } from '@queryloop/contracts';
import { readGradient, storeGradient } from './gradient-artifact.ts';

export const reduceGradients: Step<ReduceGradientsInput, ReducedGradient> = async ({ parts }, context) => {
  const refs = parts.flatMap(({ gradient }): ArtifactRef[] => (gradient ? [gradient] : []));
  return {
    gradient: refs.length > 1 ? await storeGradient(await sumOf(refs), context) : (refs[0] ?? null),
    loss: parts.reduce((sum, { loss }) => sum + loss, 0),
    sums: parts.flatMap(({ sums }) => sums),
    samplerLogProbGap: Math.max(0, ...parts.map((part) => part.samplerLogProbGap)),
  };

  async function sumOf([first, ...rest]: readonly ArtifactRef[]): Promise<Float32Array> {
    const total = Float32Array.from(await readGradient(first as ArtifactRef, context));
    for (const [i, ref] of rest.entries()) {
      context.signal.throwIfAborted();
      context.progress({ phase: 'reduce gradients', done: i + 1, total: refs.length });
      const next = await readGradient(ref, context);
      if (next.length !== total.length)
        throw new RangeError(`gradient ${ref.hash} has ${next.length} values, those before it ${total.length}`);
      for (let g = 0; g < total.length; g++) total[g] = (total[g] as number) + (next[g] as number);
    }
    return total;
  }
};
