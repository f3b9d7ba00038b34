/** Matrices held in the half precision that a checkpoint stores them in, and cast to float32, exactly, where they are read. */
import type { Tensor, Tensor2D } from '@tensorflow/tfjs';
import type { HalfFormat } from './half-floats.ts';
import { emptyMatrix, takeRows, widenPairs } from './native-ops.ts';
import { writeFrom } from './piecewise.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/**
 * A matrix [rows, columns] as int32 [rows, columns / 2], two values in each, because tfjs knows no tensors of 16 bits. Only where
 * `isNativeCpu`.
 */
export class HalfMatrix {
  readonly shape: readonly [number, number];
  readonly format: HalfFormat;
  private readonly packed: Tensor2D;

  /** Room for a matrix of an even number of columns, without values yet. */
  constructor([rows, columns]: readonly [number, number], format: HalfFormat) {
    this.shape = [rows, columns];
    this.format = format;
    this.packed = emptyMatrix([rows, columns / 2], 'int32');
  }

  /** Takes whole rows, from row `first` on, whose memory starts at a multiple of 4 and is free for other use afterwards. */
  write(first: number, { buffer, byteOffset, length }: Uint16Array): void {
    writeFrom(this.packed, first, new Int32Array(buffer, byteOffset, length / 2));
  }

  /** As float32 [rows, columns]: a new tensor each time. */
  widened(): Tensor2D {
    return this.cast(this.packed);
  }

  /** Some of its rows as float32 [ids, columns]. */
  rows(ids: Int32Array): Tensor2D {
    return tidy(() => this.cast(takeRows(this.packed, tensorflow().tensor1d(ids, 'int32')) as Tensor2D));
  }

  get bytes(): number {
    return 4 * this.packed.size;
  }

  dispose(): void {
    this.packed.dispose();
  }

  private cast(packed: Tensor2D): Tensor2D {
    const [rows, pairs] = packed.shape;
    return tidy(() => tensorflow().reshape(widenPairs(packed, this.format), [rows, 2 * pairs]));
  }
}

export type Held = Tensor | HalfMatrix;
