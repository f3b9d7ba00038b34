/** Forward and backward pass of a loss as one call: the graphs of those whose operations come up often enough to be worth loading. */
import type { Scalar, Tensor, Tensor1D } from '@tensorflow/tfjs';
import { canRecord, GraphSession } from './graph-session.ts';
import { Untraceable } from './output-shapes.ts';
import { tensorflow, tidy } from './tensorflow.ts';
import { traceGraph } from './traced-graph.ts';
import { joinFlat } from './trainable.ts';

/** A loss, and tensors of its forward pass for `read`, which is called once after the gradient is computed. */
export interface ObservedLoss {
  loss: Scalar;
  tensors: Tensor[];
  read(tensors: readonly Tensor[]): void;
}

/**
 * A loss as a function of the policy's weights. It may be called more than once for one gradient; it is run as a graph unless it reads
 * values of tensors.
 */
export type LossFn = () => Scalar | ObservedLoss;

/** Gradients of the same operations before their graph is loaded, which costs about as much as eight of them gain. */
export const runsBeforeLoading = 4;
/** Graphs kept; the one not used for longest goes first. */
const mostGraphs = 16;

/** By operations: runs so far, or the graph. Of the process, because policies share them. */
const known = new Map<string, number | GraphSession>();
/** Set when a loss could not be written down: the next ones will not either. */
let untraceable = false;

/**
 * Value of a loss and its gradient by `weights`, flat in their order; the same bit for bit whether a graph computes it or not, as with
 * `graphs: false`, which tests and benches compare with.
 */
export function lossAndGradient(
  lossFn: LossFn,
  weights: Tensor[],
  { graphs = true } = {},
): { loss: number; gradient: Tensor1D } {
  let read: ObservedLoss['read'] = () => undefined;
  const compute = () => {
    const observed = differentiate(lossFn, weights);
    read = observed.read;
    return observed.tensors;
  };
  const [gradient, value, ...tensors] = ((graphs ? byGraph(compute) : null) ?? tidy(compute)) as [
    Tensor1D,
    Scalar,
    ...Tensor[],
  ];
  try {
    read(tensors);
    return { loss: value.dataSync()[0] as number, gradient };
  } catch (error) {
    gradient.dispose();
    throw error;
  } finally {
    tensorflow().dispose([value, ...tensors]);
  }
}

/** Flat gradient, value and observed tensors of a loss; call inside tidy. */
function differentiate(lossFn: LossFn, weights: Tensor[]): Pick<ObservedLoss, 'tensors' | 'read'> {
  const tf = tensorflow();
  let observed: Omit<ObservedLoss, 'loss'> = { tensors: [], read: () => undefined };
  const { value, grads } = tf.engine().gradients(() => {
    const said = lossFn();
    if (!('read' in said)) return said;
    // The forward pass frees what it does not give or keep for the gradient.
    observed = { tensors: said.tensors.map((tensor) => tf.keep(tensor)), read: said.read };
    return said.loss;
  }, weights);
  return { tensors: [joinFlat(grads), value, ...observed.tensors], read: observed.read };
}

/** How many graphs are loaded. */
export function loadedGradientGraphs(): number {
  return [...known.values()].filter((entry) => entry instanceof GraphSession).length;
}

/** What `compute` gives, by a graph of its operations; null where there is none yet. */
function byGraph(compute: () => Tensor[]): Tensor[] | null {
  if (untraceable || !canRecord()) return null;
  try {
    const traced = traceGraph(() => tidy(compute));
    try {
      const graph = graphOf(traced.key, () => traced.load());
      return graph ? graph.run(traced.feeds) : null;
    } finally {
      traced.release();
    }
  } catch (error) {
    if (!(error instanceof Untraceable)) throw error;
    untraceable = true;
    return null;
  }
}

function graphOf(key: string, load: () => GraphSession): GraphSession | null {
  const found = known.get(key) ?? 0;
  // Back in as the last used.
  known.delete(key);
  if (typeof found === 'number' && found < runsBeforeLoading) {
    known.set(key, found + 1);
    return null;
  }
  const graph = found instanceof GraphSession ? found : load();
  known.set(key, graph);
  dropUnused();
  return graph;
}

function dropUnused(): void {
  const graphs = [...known].filter(([, entry]) => entry instanceof GraphSession) as [string, GraphSession][];
  for (const [key, graph] of graphs.slice(0, Math.max(0, graphs.length - mostGraphs))) {
    known.delete(key);
    graph.dispose();
  }
}
