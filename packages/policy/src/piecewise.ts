/** Matrices that are written to the engine a few rows at a time, so that no second copy of them is ever needed. */
import type { Tensor2D } from '@tensorflow/tfjs';
import { deepCopy, writeRows } from './native-ops.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** Where rows lie when the engine reads them; kept for the next ones. */
let staging = new Float32Array();
/** Its room in values, or that of the most that was written at once: a megabyte, as files are read in. */
const usualLength = 2 ** 18;

/** Writes whole rows to a matrix of `emptyMatrix`, from row `first` on; their memory is free for other use afterwards. */
export function writeFrom(matrix: Tensor2D, first: number, rows: Float32Array | Int32Array): void {
  const tf = tensorflow();
  const width = matrix.shape[1];
  const count = rows.length / width;
  if (staging.length < rows.length) staging = alignedValues(Math.max(usualLength, rows.length));
  const isInt = rows instanceof Int32Array;
  const staged = new (isInt ? Int32Array : Float32Array)(staging.buffer, staging.byteOffset, rows.length);
  staged.set(rows);
  const places = Int32Array.from({ length: count }, (_, i) => first + i);
  tidy(() => {
    writeRows(matrix, tf.tensor1d(places, 'int32'), tf.tensor2d(staged, [count, width], isInt ? 'int32' : 'float32'));
  });
}

/**
 * Room for `length` values that libtensorflow reads where they are: what is not aligned to 64 bytes it copies first, and freed copies
 * leave holes in the memory.
 */
function alignedValues(length: number): Float32Array<ArrayBuffer> {
  const tf = tensorflow();
  const buffer = new ArrayBuffer(4 * length + 48);
  // Memory comes aligned to 16 bytes. Where it is cannot be asked, but a tensor that shares it shows what is written to it.
  for (const offset of [0, 16, 32, 48]) {
    const values = new Float32Array(buffer, offset, length);
    const probe = tf.tensor(values.subarray(0, 1));
    deepCopy(probe).dispose();
    values[0] = 1;
    const copy = deepCopy(probe);
    const shared = copy.dataSync()[0] === 1;
    values[0] = 0;
    tf.dispose([probe, copy]);
    if (shared) return values;
  }
  return new Float32Array(buffer, 0, length);
}
