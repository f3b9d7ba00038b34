/** Rounding of single numbers to the shorter floating-point formats that checkpoints are stored in. */

export type FloatFormat = 'float32' | 'bfloat16' | 'float16';

/** `value` (finite) as the nearest number of `format`, ties to even. */
export function roundTo(value: number, format: FloatFormat): number {
  const single = Math.fround(value);
  if (format === 'float32' || single === 0) return single;
  const exponent = Math.floor(Math.log2(Math.abs(single)));
  // Distance of neighbours: 7 fraction bits in bfloat16; 10 in float16, whose exponent ends at −14.
  const spacing = format === 'bfloat16' ? 2 ** (exponent - 7) : 2 ** (Math.max(exponent, -14) - 10);
  const steps = single / spacing;
  const down = Math.floor(steps);
  const up = steps - down > 0.5 || (steps - down === 0.5 && down % 2 !== 0);
  return (up ? down + 1 : down) * spacing;
}
