/** Decoding steps as recorded graphs: one for each shape of the cache that comes up often enough to be worth recording. */
import type { Tensor } from '@tensorflow/tfjs';
import { type DecodeCache, layerCacheTensors } from './decode-cache.ts';
import { decodeStep, type StepInputs } from './decode-step.ts';
import type { Model } from './decoder.ts';
import { canRecord } from './graph-session.ts';
import { type Distribution, distribution } from './pick-tokens.ts';
import { RecordedGraph } from './recorded-graph.ts';
import { layerTensors, type SamplingWeights } from './sampling-weights.ts';

/** Steps of one shape before it is recorded. Recording takes as long as some tens of steps, the first run of a graph included. */
const stepsBeforeRecording = 8;
/** Graphs kept; the one not used for longest goes first. */
const mostGraphs = 24;

/** By shape: steps so far, or the graph. Of the process, because policies of one architecture share them. */
const known = new Map<string, number | RecordedGraph>();

/** What the next tokens of the cache's rows are drawn from; call inside tidy. Writes this step's keys and values into the cache. */
export function nextDistribution(
  { config }: Model,
  weights: SamplingWeights,
  cache: DecodeCache,
  inputs: StepInputs,
  temperature: number,
): Distribution {
  const compute = () => {
    const { logits, own } = decodeStep(config, weights, cache, inputs);
    cache.keepWritten(own);
    return distribution(logits, temperature);
  };
  if (!canRecord()) return compute();
  const key = [
    JSON.stringify(config.json),
    cache.chunks,
    cache.slots,
    cache.prefixWidth,
    cache.ownWidth,
    temperature,
  ].join();
  const found = known.get(key) ?? 0;
  // Back in as the last used.
  known.delete(key);
  if (typeof found === 'number' && found < stepsBeforeRecording) {
    known.set(key, found + 1);
    return compute();
  }
  const given = operands(weights, cache, inputs);
  if (found instanceof RecordedGraph) {
    known.set(key, found);
    const [logits, probabilities, blockSums] = found.run(given);
    return { logits, probabilities, blockSums } as Distribution;
  }
  let result: Distribution | undefined;
  const { graph } = RecordedGraph.record(given, () => {
    result = compute();
    return [result.logits, result.probabilities, result.blockSums];
  });
  known.set(key, graph);
  dropUnused();
  return result as Distribution;
}

/** All tensors a step reads, always in the same order. */
function operands(
  weights: SamplingWeights,
  cache: DecodeCache,
  { ids, cos, sin, places, masks }: StepInputs,
): Tensor[] {
  return [
    ...weights.layers.flatMap(layerTensors),
    weights.embedding,
    weights.finalNorm,
    weights.head,
    ...cache.layers.flatMap(layerCacheTensors),
    ids,
    cos,
    sin,
    places,
    ...masks,
  ];
}

function dropUnused(): void {
  const graphs = [...known].filter(([, entry]) => entry instanceof RecordedGraph) as [string, RecordedGraph][];
  for (const [key, graph] of graphs.slice(0, Math.max(0, graphs.length - mostGraphs))) {
    known.delete(key);
    graph.dispose();
  }
}
