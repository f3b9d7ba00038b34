/** Cosines and sines of rotary positions, tiled over the heads so that applying them is plain elementwise work. */
import type { Tensor2D } from '@tensorflow/tfjs';
import type { Rotary } from './decoder-ops.ts';
import type { ModelConfig } from './model-config.ts';
import { takeRows } from './native-ops.ts';
import { attentionFactor, dependsOnLength, frequencies } from './rope.ts';
import { roundTo } from './rounding.ts';
import { tensorflow, tidy } from './tensorflow.ts';

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
  /** Of sequences whose length changes nothing. */
  private readonly frequencies: number[];
  private positions = 0;
  private tables: { query: Table; key: Table } | undefined;
  private joined: Table | undefined;

  constructor(config: ModelConfig) {
    this.config = config;
    this.frequencies = frequencies(config.rope, config.headSize).map((value) => roundTo(value, config.ropeFormat));
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

  /**
   * Tables of the rows at `positions` [R], below the model's context length; call inside tidy. `spans` [R] are the lengths of
   * sequence whose frequencies the rows take, which makes a difference with dynamic scaling beyond the original context only.
   */
  at(positions: Int32Array, spans: Int32Array): RotaryPair {
    const { rope } = this.config;
    const tables = spans.some((span) => dependsOnLength(rope, span))
      ? this.stretched(positions, spans)
      : this.rowsAt(positions);
    const rotary = (table: Table): Rotary => ({ ...table, halves: this.halves });
    return { queryRotary: rotary(tables.query), keyRotary: rotary(tables.key) };
  }

  /**
   * The same for queries and keys beside each other [R, (heads + K) · headSize], for a rotation that adds the swapped halves times
   * `sin`: the sines of first halves are negative.
   */
  joinedAt(positions: Int32Array, spans: Int32Array): Table {
    const { rope } = this.config;
    if (spans.some((span) => dependsOnLength(rope, span))) return this.join(this.stretched(positions, spans));
    const tables = this.tablesFor(positions.reduce((most, position) => Math.max(most, position), 0) + 1);
    if (!this.joined) {
      this.joined = tidy(() => this.join(tables));
      for (const t of Object.values(this.joined)) tensorflow().keep(t);
    }
    const index = tensorflow().tensor1d(positions, 'int32');
    return {
      cos: takeRows(this.joined.cos, index) as Tensor2D,
      sin: takeRows(this.joined.sin, index) as Tensor2D,
    };
  }

  private join({ query, key }: { query: Table; key: Table }): Table {
    const tf = tensorflow();
    const { heads, keyValueHeads, headSize } = this.config;
    const signs = Float32Array.from({ length: (heads + keyValueHeads) * headSize }, (_, column) =>
      column % headSize < headSize / 2 ? -1 : 1,
    );
    return {
      cos: tf.concat([query.cos, key.cos], 1),
      sin: tf.mul(tf.concat([query.sin, key.sin], 1), tf.tensor1d(signs)),
    };
  }

  private rowsAt(positions: Int32Array): { query: Table; key: Table } {
    const tf = tensorflow();
    const { query, key } = this.tablesFor(positions.reduce((most, position) => Math.max(most, position), 0) + 1);
    const index = tf.tensor1d(positions, 'int32');
    const rows = ({ cos, sin }: Table): Table => ({
      cos: takeRows(cos, index) as Tensor2D,
      sin: takeRows(sin, index) as Tensor2D,
    });
    return { query: rows(query), key: rows(key) };
  }

  /** Tables grow by doubling, as positions are first used. */
  private tablesFor(positions: number): { query: Table; key: Table } {
    if (this.tables && positions <= this.positions) return this.tables;
    this.disposeTables();
    this.positions = Math.min(this.config.maxPositions, Math.max(64, 2 ** Math.ceil(Math.log2(positions))));
    this.tables = this.both(this.positions, (position) => [position, this.frequencies]);
    for (const { cos, sin } of Object.values(this.tables)) for (const t of [cos, sin]) tensorflow().keep(t);
    return this.tables;
  }

  /** Rows each with the frequencies of its own span. */
  private stretched(positions: Int32Array, spans: Int32Array): { query: Table; key: Table } {
    const { rope, headSize } = this.config;
    const ofSpan = new Map<number, number[]>();
    return this.both(positions.length, (row) => {
      const span = spans[row] as number;
      const own = dependsOnLength(rope, span)
        ? (ofSpan.get(span) ?? frequencies(rope, headSize, span).map(Math.fround))
        : this.frequencies;
      ofSpan.set(span, own);
      return [positions[row] as number, own];
    });
  }

  /** Tables of `rows` rows; `rowAt` gives a row's position and frequencies [headSize / 2]. */
  private both(rows: number, rowAt: (row: number) => [number, number[]]): { query: Table; key: Table } {
    const { heads, keyValueHeads, headSize, rope } = this.config;
    const factor = attentionFactor(rope);
    const table = (copies: number, scale: number): Table => {
      const tf = tensorflow();
      const columns = copies * headSize;
      const cos = new Float32Array(rows * columns);
      const sin = new Float32Array(rows * columns);
      for (let row = 0; row < rows; row++) {
        const [position, ofRow] = rowAt(row);
        const start = row * columns;
        ofRow.forEach((frequency, pair) => {
          const angle = position * frequency;
          cos[start + pair] = scale * Math.cos(angle);
          sin[start + pair] = scale * Math.sin(angle);
        });
        // The other half of the head, then the other heads, have the same.
        for (const values of [cos, sin])
          for (let filled = headSize / 2; filled < columns; filled *= 2)
            values.copyWithin(start + filled, start, start + Math.min(filled, columns - filled));
      }
      return { cos: tf.tensor2d(cos, [rows, columns]), sin: tf.tensor2d(sin, [rows, columns]) };
    };
    return { query: table(heads, headSize ** -0.5 * factor), key: table(keyValueHeads, factor) };
  }

  private disposeTables(): void {
    const tables = [this.tables?.query, this.tables?.key, this.joined];
    tensorflow().dispose(tables.flatMap((table) => (table ? [table.cos, table.sin] : [])));
    this.joined = undefined;
  }

  dispose(): void {
    this.disposeTables();
    this.halves.dispose();
  }
}
