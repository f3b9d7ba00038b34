/** Cosines and sines of rotary positions, tiled over the heads so that applying them is plain elementwise work. */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { Rotary } from './decoder-ops.ts';
import type { ModelConfig } from './model-config.ts';
import { takeRows } from './native-ops.ts';
import { roundTo } from './rounding.ts';
import { tensorflow } from './tensorflow.ts';

export interface RotaryPair {
  /** For queries; carries the scale 1/√headSize of attention scores. */
  queryRotary: Rotary;
  keyRotary: Rotary;
}

interface Table {
  cos: Tensor2D;
  sin: Tensor2D;
}

export class RotaryTables {
  private readonly config: ModelConfig;
  private readonly halves: Tensor2D;
  private positions = 0;
  private tables: { query: Table; key: Table } | undefined;

  constructor(config: ModelConfig) {
    this.config = config;
    const size = config.headSize;
    const half = size / 2;
    const values = new Float32Array(size * size);
    for (let i = 0; i < half; i++) {
      values[(i + half) * size + i] = -1;
      values[i * size + i + half] = 1;
    }
    const tf = tensorflow();
    this.halves = tf.keep(tf.tensor2d(values, [size, size]));
  }

  /** Tables of the rows at `positions` [R]; positions must be below the model's context length. */
  at(positions: Int32Array): RotaryPair {
    const tf = tensorflow();
    const { query, key } = this.tablesFor(positions.reduce((most, position) => Math.max(most, position), 0) + 1);
    const index = tf.tensor1d(positions, 'int32');
    const rows = ({ cos, sin }: Table): Rotary => ({
      cos: takeRows(cos, index) as Tensor2D,
      sin: takeRows(sin, index) as Tensor2D,
      halves: this.halves,
    });
    return { queryRotary: rows(query), keyRotary: rows(key) };
  }

  /** Tables grow by doubling, as positions are first used. */
  private tablesFor(positions: number): { query: Table; key: Table } {
    if (this.tables && positions <= this.positions) return this.tables;
    this.disposeTables();
    this.positions = Math.min(this.config.maxPositions, Math.max(64, 2 ** Math.ceil(Math.log2(positions))));
    const { heads, keyValueHeads, headSize } = this.config;
    this.tables = { query: this.table(heads, headSize ** -0.5), key: this.table(keyValueHeads, 1) };
    return this.tables;
  }

  private table(heads: number, scale: number): Table {
    const tf = tensorflow();
    const { headSize, ropeTheta, ropeFormat } = this.config;
    const frequencies = Array.from({ length: headSize / 2 }, (_, pair) =>
      roundTo(ropeTheta ** ((-2 * pair) / headSize), ropeFormat),
    );
    const columns = heads * headSize;
    const cos = new Float32Array(this.positions * columns);
    const sin = new Float32Array(this.positions * columns);
    for (let position = 0; position < this.positions; position++)
      for (let column = 0; column < columns; column++) {
        const angle = position * (frequencies[column % (headSize / 2)] as number);
        cos[position * columns + column] = scale * Math.cos(angle);
        sin[position * columns + column] = scale * Math.sin(angle);
      }
    const kept = (values: Float32Array) => tf.keep(tf.tensor2d(values, [this.positions, columns]));
    return { cos: kept(cos), sin: kept(sin) };
  }

  private disposeTables(): void {
    if (this.tables) tensorflow().dispose(Object.values(this.tables).flatMap(({ cos, sin }) => [cos, sin]));
  }

  dispose(): void {
    this.disposeTables();
    this.halves.dispose();
  }
}
