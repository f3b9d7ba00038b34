/**
 * A computation written down without being run: its TypeScript runs once, and the native backend answers every operation with the
 * shape of its result alone. What is noted is a graph whose values are all given when it runs: weights, index tables, and the shapes that
 * it reshapes to. One graph therefore serves batches of all shapes that take the same operations.
 */
import { createHash } from 'node:crypto';
import type { Tensor } from '@tensorflow/tfjs';
import { type GraphAttribute, GraphDefinition } from './graph-definition.ts';
import { backend, GraphSession } from './graph-session.ts';
import type { Binding, NativeBackend, TensorMetadata } from './native-backend.ts';
import { type Described, outputsOf, Untraceable } from './output-shapes.ts';

/** Tensors of more values are data; of fewer, shapes and axes, whose values the shapes of results depend on. */
const mostShapeValues = 16;

export interface TracedGraph {
  /** SHA-256 of the operations: equal for computations of the same ones. */
  key: string;
  /** Ids of the tensors to run it on, in the order of its placeholders. */
  feeds: number[];
  /** Throws Untraceable where TensorFlow does not take it. */
  load(): GraphSession;
  /** Frees the constants among the feeds. */
  release(): void;
}

/**
 * Writes down the graph of `compute`, whose tensors it frees. Throws Untraceable where a value is read or an operation is not known;
 * `compute` must have no effect but the tensors that it makes.
 */
export function traceGraph(compute: () => Tensor[]): TracedGraph {
  const tracer = new Tracer(backend());
  try {
    return tracer.finish(tracer.during(compute));
  } catch (error) {
    tracer.release();
    throw error;
  }
}

interface Operation {
  name: string;
  attributes: GraphAttribute[];
  inputs: number[];
  outputs: number[];
}

class Tracer {
  private readonly native: NativeBackend;
  /** Tensors of the computation by id: those that only stand for results have negative ones, which tfjs never gives back. */
  private readonly known = new Map<number, Described>();
  private readonly operations: Operation[] = [];
  /** Constants that the computation has let go of, while the graph is still to run on them. */
  private readonly letGo: number[] = [];
  private lastId = -1;

  constructor(native: NativeBackend) {
    this.native = native;
  }

  /** Ids of what `compute` gives. */
  during(compute: () => Tensor[]): number[] {
    const { native, known } = this;
    const { binding, getInputTensorIds } = native;
    native.binding = Object.create(binding, {
      createTensor: { value: (...given: Parameters<Binding['createTensor']>) => this.constant(binding, given) },
      executeOp: { value: (...given: Parameters<Binding['executeOp']>) => this.operation(given) },
      deleteTensor: {
        value: (id: number) => {
          if (id >= 0) this.letGo.push(id);
        },
      },
      tensorDataSync: {
        value: (id: number) => {
          if (id < 0) throw new Untraceable('a computed value is read');
          return binding.tensorDataSync(id);
        },
      },
    });
    // The binding knows tensors by id alone; shapes of those made before stand here.
    native.getInputTensorIds = (tensors) => {
      const ids = getInputTensorIds.call(native, tensors);
      tensors.forEach((tensor, i) => {
        const id = ids[i] as number;
        if (known.has(id)) return;
        known.set(id, { shape: tensor.shape, type: native.tensorMap.get(tensor.dataId).dtype });
      });
      return ids;
    };
    try {
      const outputs = compute();
      const ids = native.getInputTensorIds(outputs);
      for (const output of outputs) output.dispose();
      return ids;
    } finally {
      native.binding = binding;
      native.getInputTensorIds = getInputTensorIds;
    }
  }

  private constant(binding: Binding, [shape, type, values]: Parameters<Binding['createTensor']>): number {
    const id = binding.createTensor(shape, type, values);
    const numbers = values as ArrayBufferView & ArrayLike<number>;
    const isShape = numbers.length <= mostShapeValues;
    this.known.set(id, { shape, type, ...(isShape && { values: Array.from(numbers) }) });
    return id;
  }

  private operation([name, attributes, given, count]: Parameters<Binding['executeOp']>): TensorMetadata[] {
    const inputs = Array.from(given);
    const described = inputs.map((id) => this.known.get(id) as Described);
    const results = outputsOf(name, described, attributes).map((result): TensorMetadata => {
      const id = --this.lastId;
      this.known.set(id, result);
      return { id, shape: [...result.shape], dtype: result.type };
    });
    if (results.length !== count) throw new Untraceable(`${name} gives ${count} tensors, not ${results.length}`);
    this.operations.push({
      name,
      attributes: [...attributes, ...this.inferred(name, described)],
      inputs,
      outputs: results.map(({ id }) => id),
    });
    return results;
  }

  /** Attributes that tfjs leaves to be inferred, which a graph has to state. */
  private inferred(name: string, [first, axis]: readonly Described[]): GraphAttribute[] {
    if (name !== 'ExpandDims') return [];
    const { TF_ATTR_TYPE: type } = this.native.binding;
    return [
      { name: 'T', type, value: first?.type },
      { name: 'Tdim', type, value: axis?.type },
    ];
  }

  /** What the outputs need of what was noted. */
  finish(outputs: readonly number[]): TracedGraph {
    const live = this.needed(outputs);
    const feeds: number[] = [];
    const names = new Map<number, string>();
    const nameOf = (id: number): string => {
      const name = names.get(id) ?? `feed${feeds.push(id) - 1}`;
      names.set(id, name);
      return name;
    };
    const lines = live.map(({ name, attributes, inputs, outputs: made }, i) => {
      const line = [name, JSON.stringify(attributes), ...inputs.map(nameOf)].join(' ');
      made.forEach((id, index) => {
        names.set(id, `operation${i}:${index}`);
      });
      return line;
    });
    const outputNames = outputs.map(nameOf);
    const types = feeds.map((id) => (this.known.get(id) as Described).type);
    return {
      key: createHash('sha256')
        .update([...lines, outputNames.join(), types.join()].join('\n'))
        .digest('hex'),
      feeds,
      load: () => {
        const definition = new GraphDefinition(this.native.binding);
        types.forEach((type, i) => {
          definition.placeholder(`feed${i}`, type);
        });
        live.forEach(({ name, attributes, inputs }, i) => {
          // One after the other as they were written down, so that no more is held at once than without a graph.
          const order = i > 0 ? [`^operation${i - 1}`] : [];
          definition.node(`operation${i}`, name, [...inputs.map(nameOf), ...order], attributes);
        });
        try {
          return new GraphSession(
            definition,
            feeds.map((_, i) => `feed${i}`),
            outputNames,
          );
        } catch (error) {
          throw new Untraceable(`TensorFlow refuses the graph: ${error}`);
        }
      },
      release: () => this.release(),
    };
  }

  private needed(outputs: readonly number[]): Operation[] {
    const wanted = new Set(outputs);
    const live = this.operations.toReversed().filter(({ inputs, outputs: made }) => {
      const isWanted = made.some((id) => wanted.has(id));
      if (isWanted) for (const id of inputs) wanted.add(id);
      return isWanted;
    });
    return live.reverse();
  }

  release(): void {
    for (const id of this.letGo.splice(0)) this.native.binding.deleteTensor(id);
  }
}
