/**
 * What graphs save in an update (docs/performance.md): gradients of ragged batches, each of other lengths, computed operation by operation
 * and by a graph in turn, in one process.
 *
 *   node test/bench/policy/measure-gradient-graphs.ts [tiny|small] [pairs] [prompts] [most prompt tokens] [most completion tokens]
 */
import { inOwnProcess, printTable } from '../measure.ts';
import type { GraphFigures, MeasuredGradients, Seconds } from './measure-gradient.ts';
import type { ShapeName } from './workload.ts';

const [shape = 'tiny', pairs = '8', prompts = '8', promptTokens = '64', completionTokens = '64'] =
  process.argv.slice(2);
const figures = await inOwnProcess<GraphFigures>(new URL('measure-gradient.ts', import.meta.url), {
  shape: shape as ShapeName,
  pairs: Number(pairs),
  prompts: Number(prompts),
  group: 8,
  promptTokens: Number(promptTokens),
  completionTokens: Number(completionTokens),
} satisfies MeasuredGradients);
const row = (name: string, { seconds, cpuSeconds }: Seconds) => [name, seconds.toFixed(3), cpuSeconds.toFixed(3)];
printTable(
  `gradients, ${shape}, about ${figures.tokens} tokens; ${figures.differences} entries differ`,
  ['', 'wall s', 'processor s'],
  [
    row('operation by operation', figures.eager),
    row('by a graph', figures.graph),
    row('graph / operation by operation', figures.ratio),
    row('the first by a graph, loading it', figures.loading),
    row('the rest of an update', figures.rest),
  ],
);
