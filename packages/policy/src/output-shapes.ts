/** Shapes and types of what TensorFlow's operations give, for computations that are written down without being run (traced-graph.ts). */
import type { GraphAttribute } from './graph-definition.ts';
import { sizeOf } from './model-weights.ts';
import { tensorflow } from './tensorflow.ts';

/** A tensor by its shape and its type's number; small integers that shapes depend on have values too. */
export interface Described {
  shape: readonly number[];
  type: number;
  values?: ArrayLike<number>;
}

/** Thrown for a computation that cannot be written down: an operation without a rule, or one that reads a value. */
export class Untraceable extends Error {}

type Attributes = (name: string) => unknown;
type Rule = (inputs: readonly Described[], attribute: Attributes) => Described[];

/** tensorflow/core/framework/types.proto. */
const bool = 10;

const at = (inputs: readonly Described[], index: number): Described => {
  const found = inputs[index];
  if (!found) throw new Untraceable('an operation has fewer inputs than its rule');
  return found;
};

function valuesOf({ values }: Described): number[] {
  if (!values) throw new Untraceable('a shape depends on a computed value');
  return Array.from(values);
}

const axisOf = (axis: number, rank: number) => (axis < 0 ? axis + rank : axis);

const asFirst: Rule = (inputs) => [at(inputs, 0)].map(({ shape, type }) => ({ shape, type }));

const broadcast = ([a, b]: readonly Described[]): number[] =>
  tensorflow().backend_util.assertAndGetBroadcastShape([...(a as Described).shape], [...(b as Described).shape]);
const combined: Rule = (inputs) => [{ shape: broadcast(inputs), type: at(inputs, 0).type }];
const compared: Rule = (inputs) => [{ shape: broadcast(inputs), type: bool }];

const reduced: Rule = (inputs, attribute) => {
  const { shape, type } = at(inputs, 0);
  const axes = valuesOf(at(inputs, 1)).map((axis) => axisOf(axis, shape.length));
  const left = attribute('keep_dims')
    ? shape.map((size, axis) => (axes.includes(axis) ? 1 : size))
    : shape.filter((_, axis) => !axes.includes(axis));
  return [{ shape: left, type }];
};

const product =
  (first: string, second: string): Rule =>
  (inputs, attribute) => {
    const [a, b] = [at(inputs, 0), at(inputs, 1)];
    const rows = a.shape.at(attribute(first) ? -1 : -2) as number;
    const columns = b.shape.at(attribute(second) ? -2 : -1) as number;
    const batch = broadcast([
      { shape: a.shape.slice(0, -2), type: 0 },
      { shape: b.shape.slice(0, -2), type: 0 },
    ]);
    return [{ shape: [...batch, rows, columns], type: a.type }];
  };

const plainProduct = product('transpose_a', 'transpose_b');
const batchedProduct = product('adj_x', 'adj_y');

const rules: Record<string, Rule> = {
  ...Object.fromEntries(
    ['Square', 'Rsqrt', 'Sqrt', 'Sigmoid', 'Neg', 'Exp', 'Expm1', 'Log', 'Abs', 'Sign', 'Reciprocal', 'ZerosLike']
      .concat(['LogicalNot', 'Softmax', '_MklSoftmax', 'LogSoftmax'])
      .map((name) => [name, asFirst]),
  ),
  ...Object.fromEntries(
    ['Add', 'AddV2', 'Sub', 'Mul', 'RealDiv', 'Div', 'Minimum', 'Maximum', 'Pow', 'LogicalAnd', 'LogicalOr'].map(
      (name) => [name, combined],
    ),
  ),
  ...Object.fromEntries(
    ['Equal', 'NotEqual', 'Less', 'LessEqual', 'Greater', 'GreaterEqual'].map((name) => [name, compared]),
  ),
  Sum: reduced,
  Mean: reduced,
  Max: reduced,
  Any: reduced,
  MatMul: plainProduct,
  _MklMatMul: plainProduct,
  BatchMatMul: batchedProduct,
  BatchMatMulV2: batchedProduct,
  _MklBatchMatMulV2: batchedProduct,
  Cast: (inputs, attribute) => [{ shape: at(inputs, 0).shape, type: attribute('DstT') as number }],
  /** Of int32 to a type of 16 bits, as widenPairs asks for it: two values of each. */
  Bitcast: (inputs, attribute) => [{ shape: [...at(inputs, 0).shape, 2], type: attribute('type') as number }],
  Select: (inputs) => asFirst(inputs.slice(1), () => undefined),
  SelectV2: (inputs) => asFirst(inputs.slice(1), () => undefined),
  Reshape: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const given = valuesOf(at(inputs, 1));
    const known = given.reduce((rest, size) => (size < 0 ? rest : rest * size), 1);
    return [{ shape: given.map((size) => (size < 0 ? sizeOf(shape) / known : size)), type }];
  },
  ExpandDims: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const [axis = 0] = valuesOf(at(inputs, 1));
    return [{ shape: shape.toSpliced(axisOf(axis, shape.length + 1), 0, 1), type }];
  },
  Transpose: (inputs) => {
    const { shape, type } = at(inputs, 0);
    return [{ shape: valuesOf(at(inputs, 1)).map((axis) => shape[axis] as number), type }];
  },
  Tile: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const times = valuesOf(at(inputs, 1));
    return [{ shape: shape.map((size, axis) => size * (times[axis] as number)), type }];
  },
  Fill: (inputs) => [{ shape: valuesOf(at(inputs, 0)), type: at(inputs, 1).type }],
  PadV2: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const added = valuesOf(at(inputs, 1));
    return [{ shape: shape.map((n, i) => n + (added[2 * i] as number) + (added[2 * i + 1] as number)), type }];
  },
  Slice: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const begin = valuesOf(at(inputs, 1));
    const size = valuesOf(at(inputs, 2));
    return [{ shape: size.map((n, i) => (n < 0 ? (shape[i] as number) - (begin[i] as number) : n)), type }];
  },
  /** Of the first axis, as takeRows asks for them. */
  GatherV2: (inputs) => {
    const { shape, type } = at(inputs, 0);
    if (valuesOf(at(inputs, 2))[0] !== 0) throw new Untraceable('GatherV2 of another axis than the first');
    return [{ shape: [...at(inputs, 1).shape, ...shape.slice(1)], type }];
  },
  UnsortedSegmentSum: (inputs) => {
    const { shape, type } = at(inputs, 0);
    return [{ shape: [...valuesOf(at(inputs, 2)), ...shape.slice(at(inputs, 1).shape.length)], type }];
  },
  ConcatV2: (inputs) => {
    const parts = inputs.slice(0, -1);
    const { shape, type } = at(parts, 0);
    const axis = axisOf(valuesOf(at(inputs, inputs.length - 1))[0] as number, shape.length);
    const joined = parts.reduce((sum, part) => sum + (part.shape[axis] as number), 0);
    return [{ shape: shape.with(axis, joined), type }];
  },
  SplitV: (inputs) => {
    const { shape, type } = at(inputs, 0);
    const axis = axisOf(valuesOf(at(inputs, 2))[0] as number, shape.length);
    return valuesOf(at(inputs, 1)).map((size) => ({ shape: shape.with(axis, size), type }));
  },
  Pack: (inputs, attribute) => {
    const { shape, type } = at(inputs, 0);
    return [{ shape: shape.toSpliced(attribute('axis') as number, 0, inputs.length), type }];
  },
  Unpack: (inputs, attribute) => {
    const { shape, type } = at(inputs, 0);
    const part = { shape: shape.toSpliced(attribute('axis') as number, 1), type };
    return Array.from({ length: attribute('num') as number }, () => part);
  },
  SparseSoftmaxCrossEntropyWithLogits: (inputs) => {
    const { shape, type } = at(inputs, 0);
    return [
      { shape: shape.slice(0, 1), type },
      { shape, type },
    ];
  },
  StatelessRandomUniform: (inputs, attribute) => [
    { shape: valuesOf(at(inputs, 0)), type: attribute('dtype') as number },
  ],
};

/** What an operation of that name gives. Throws Untraceable where it cannot be said without computing. */
export function outputsOf(
  operation: string,
  inputs: readonly Described[],
  attributes: readonly GraphAttribute[],
): Described[] {
  const rule = rules[operation];
  if (!rule) throw new Untraceable(`no rule for the shape of ${operation}`);
  return rule(inputs, (name) => attributes.find((attribute) => attribute.name === name)?.value);
}
