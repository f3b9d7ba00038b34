/**
 * A computation recorded as one TensorFlow graph and run as one call: its operations then cost microseconds each instead of the tens
 * that a call through the binding takes. Every operation runs the same kernel on the same operands as when it was recorded.
 */
import type { Tensor } from '@tensorflow/tfjs';
import { GraphDefinition } from './graph-definition.ts';
import { backend, GraphSession } from './graph-session.ts';
import type { Binding, NativeBackend, TensorMetadata } from './native-backend.ts';

export class RecordedGraph {
  private readonly session: GraphSession;

  private constructor(session: GraphSession) {
    this.session = session;
  }

  /**
   * Runs `compute` while recording it. It may read no tensors but `inputs` and those it makes itself, must not branch on values, and
   * writes in place to inputs only. Constants it makes become part of the graph.
   */
  static record(inputs: readonly Tensor[], compute: () => Tensor[]): { graph: RecordedGraph; outputs: Tensor[] } {
    const native = backend();
    const recorder = new Recorder(native);
    const names = inputs.map((tensor) => recorder.input(tensor));
    const outputs = recorder.during(compute);
    const outputNames = outputs.map((tensor) => recorder.nameOf(tensor));
    return { graph: new RecordedGraph(new GraphSession(recorder.definition, names, outputNames)), outputs };
  }

  /** The outputs for other inputs of the same shapes and types, in their order. */
  run(inputs: readonly Tensor[]): Tensor[] {
    return this.session.run(backend().getInputTensorIds(inputs));
  }

  dispose(): void {
    this.session.dispose();
  }
}

/** Stands between backend and binding, and notes down every constant and operation that passes. */
class Recorder {
  readonly definition: GraphDefinition;
  private readonly native: NativeBackend;
  private nodes = 0;
  /** Output, "node:index", of each tensor id. */
  private readonly known = new Map<number, string>();

  constructor(native: NativeBackend) {
    this.native = native;
    this.definition = new GraphDefinition(native.binding);
  }

  input(tensor: Tensor): string {
    const [id] = this.native.getInputTensorIds([tensor]) as [number];
    const name = `input${this.nodes++}`;
    this.definition.placeholder(name, this.native.tensorMap.get(tensor.dataId).dtype, tensor.shape);
    return this.know(id, name, 0);
  }

  nameOf(tensor: Tensor): string {
    return this.find(this.native.getInputTensorIds([tensor])[0] as number);
  }

  during<T>(compute: () => T): T {
    const { binding } = this.native;
    const recording: Binding = Object.create(binding, {
      createTensor: { value: (...given: Parameters<Binding['createTensor']>) => this.constant(binding, given) },
      executeOp: { value: (...given: Parameters<Binding['executeOp']>) => this.operation(binding, given) },
    });
    this.native.binding = recording;
    try {
      return compute();
    } finally {
      this.native.binding = binding;
    }
  }

  private constant(binding: Binding, [shape, type, values]: Parameters<Binding['createTensor']>): number {
    const id = binding.createTensor(shape, type, values);
    const name = `constant${this.nodes++}`;
    this.definition.constant(name, { type, shape, values });
    this.know(id, name, 0);
    return id;
  }

  private operation(
    binding: Binding,
    [operation, attributes, inputs, count]: Parameters<Binding['executeOp']>,
  ): TensorMetadata[] {
    const results = binding.executeOp(operation, attributes, inputs, count);
    const name = `operation${this.nodes++}`;
    this.definition.node(
      name,
      operation,
      Array.from(inputs, (id) => this.find(id)),
      attributes,
    );
    results.forEach(({ id }, index) => {
      this.know(id, name, index);
    });
    return results;
  }

  private know(id: number, node: string, index: number): string {
    const output = `${node}:${index}`;
    this.known.set(id, output);
    return output;
  }

  private find(id: number): string {
    const output = this.known.get(id);
    if (output === undefined) throw new Error('a recorded computation reads a tensor that is not among its inputs');
    return output;
  }
}
