/** Writes a TensorFlow graph as a SavedModel: the few messages of its protocol buffers that a recorded graph needs. */

/** Attribute of a node, as the binding of tfjs-node is given it. */
export interface GraphAttribute {
  name: string;
  type: number;
  value: unknown;
}

/** Numbers the binding uses for kinds of attributes. */
export interface AttributeKinds {
  TF_ATTR_STRING: number;
  TF_ATTR_INT: number;
  TF_ATTR_FLOAT: number;
  TF_ATTR_BOOL: number;
  TF_ATTR_TYPE: number;
  TF_ATTR_SHAPE: number;
}

export interface Constant {
  type: number;
  shape: readonly number[];
  values: ArrayBufferView;
}

/** Fields of tensorflow/core/framework/{node_def,attr_value,tensor,tensor_shape}.proto and protobuf/{meta_graph,saved_model}.proto. */
const fields = {
  savedModel: { version: 1, metaGraphs: 2 },
  metaGraph: { info: 1, graph: 2 },
  metaInfo: { tags: 4 },
  graph: { nodes: 1, versions: 4 },
  versions: { producer: 1 },
  node: { name: 1, operation: 2, inputs: 3, attributes: 5 },
  entry: { key: 1, value: 2 },
  attribute: { list: 1, string: 2, int: 3, float: 4, bool: 5, type: 6, shape: 7, tensor: 8 },
  tensor: { type: 1, shape: 2, content: 4 },
  shape: { sides: 2 },
  side: { size: 1 },
} as const;

/** Version of TensorFlow's graph format that is written (tensorflow/core/public/version.h). */
const graphVersion = 1286;

export class GraphDefinition {
  private readonly nodes: Buffer[] = [];
  private readonly kinds: AttributeKinds;

  constructor(kinds: AttributeKinds) {
    this.kinds = kinds;
  }

  /** Adds a node; `inputs` are outputs of others, "name:index", or "^name" for a node that has to run before. */
  node(name: string, operation: string, inputs: readonly string[], attributes: readonly GraphAttribute[]): void {
    this.add(
      name,
      operation,
      inputs,
      attributes.map((attribute) => [attribute.name, this.attributeValue(attribute)]),
    );
  }

  /** A node whose value is given when the graph runs; left out, `shape` may be any. */
  placeholder(name: string, type: number, shape?: readonly number[]): void {
    this.add(
      name,
      'Placeholder',
      [],
      [
        ['dtype', number(fields.attribute.type, type)],
        ...(shape ? ([['shape', bytes(fields.attribute.shape, shapeMessage(shape))]] as const) : []),
      ],
    );
  }

  constant(name: string, { type, shape, values }: Constant): void {
    const { tensor } = fields;
    const content = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    const value = Buffer.concat([
      number(tensor.type, type),
      bytes(tensor.shape, shapeMessage(shape)),
      bytes(tensor.content, content),
    ]);
    this.add(
      name,
      'Const',
      [],
      [
        ['dtype', number(fields.attribute.type, type)],
        ['value', bytes(fields.attribute.tensor, value)],
      ],
    );
  }

  /** The bytes of saved_model.pb, its one graph tagged "serve". */
  savedModel(): Buffer {
    const { savedModel, metaGraph, metaInfo, graph, versions } = fields;
    const definition = Buffer.concat([...this.nodes, bytes(graph.versions, number(versions.producer, graphVersion))]);
    return Buffer.concat([
      number(savedModel.version, 1),
      bytes(
        savedModel.metaGraphs,
        Buffer.concat([bytes(metaGraph.info, bytes(metaInfo.tags, 'serve')), bytes(metaGraph.graph, definition)]),
      ),
    ]);
  }

  private add(
    name: string,
    operation: string,
    inputs: readonly string[],
    attributes: readonly (readonly [string, Buffer])[],
  ): void {
    const { node, entry } = fields;
    this.nodes.push(
      bytes(
        fields.graph.nodes,
        Buffer.concat([
          bytes(node.name, name),
          bytes(node.operation, operation),
          ...inputs.map((input) => bytes(node.inputs, input)),
          ...attributes.map(([key, value]) =>
            bytes(node.attributes, Buffer.concat([bytes(entry.key, key), bytes(entry.value, value)])),
          ),
        ]),
      ),
    );
  }

  private attributeValue({ name, type, value }: GraphAttribute): Buffer {
    const { attribute } = fields;
    const kinds = this.kinds;
    const several = Array.isArray(value);
    const list = (one: (entry: never) => Buffer) =>
      bytes(attribute.list, Buffer.concat((value as never[]).map((entry) => one(entry))));
    switch (type) {
      case kinds.TF_ATTR_STRING:
        return bytes(attribute.string, String(value));
      case kinds.TF_ATTR_INT:
        return several ? list((entry) => number(attribute.int, entry)) : number(attribute.int, value as number);
      case kinds.TF_ATTR_FLOAT:
        return several ? list((entry) => float(attribute.float, entry)) : float(attribute.float, value as number);
      case kinds.TF_ATTR_BOOL:
        return number(attribute.bool, value ? 1 : 0);
      case kinds.TF_ATTR_TYPE:
        return number(attribute.type, value as number);
      case kinds.TF_ATTR_SHAPE:
        return bytes(attribute.shape, shapeMessage(value as number[]));
      default:
        throw new Error(`attribute ${name} of kind ${type} cannot be recorded`);
    }
  }
}

function shapeMessage(shape: readonly number[]): Buffer {
  return Buffer.concat(shape.map((size) => bytes(fields.shape.sides, number(fields.side.size, size))));
}

/** A field of wire type 0 (variable-length integer). */
function number(field: number, value: number | bigint): Buffer {
  return Buffer.concat([variable(field << 3), variable(value)]);
}

/** A field of wire type 2 (bytes, strings and messages). */
function bytes(field: number, value: Buffer | string): Buffer {
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([variable((field << 3) | 2), variable(content.length), content]);
}

/** A field of wire type 5 (32 bits). */
function float(field: number, value: number): Buffer {
  const content = Buffer.alloc(4);
  content.writeFloatLE(value);
  return Buffer.concat([variable((field << 3) | 5), content]);
}

/** Seven bits a byte, lowest first; negative numbers as 64-bit two's complement. */
function variable(value: number | bigint): Buffer {
  let rest = BigInt.asUintN(64, BigInt(value));
  const result: number[] = [];
  do {
    const low = Number(rest & 127n);
    rest >>= 7n;
    result.push(rest > 0n ? low | 128 : low);
  } while (rest > 0n);
  return Buffer.from(result);
}
