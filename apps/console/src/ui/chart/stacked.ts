/** Layers on top of each other. */
import type { ChartPoint } from './chart-types.ts';

export interface Layer {
  id: string;
  label: string;
  color?: string;
  /** At the x of the same index; none below 0. */
  values: readonly number[];
}

/** The upper edge of each layer, bottom first; `share` makes the layers of every x sum to 1 (to 0 where there are none). */
export function stack(x: readonly number[], layers: readonly Layer[], share: boolean): ChartPoint[][] {
  const sums = x.map((_, index) => layers.reduce((sum, { values }) => sum + (values[index] ?? 0), 0));
  const below = new Array<number>(x.length).fill(0);
  return layers.map(({ values }) =>
    x.map((at, index): ChartPoint => {
      const height = values[index] ?? 0;
      const sum = sums[index] as number;
      below[index] = (below[index] as number) + (share ? (sum === 0 ? 0 : height / sum) : height);
      return [at, below[index] as number];
    }),
  );
}

/** The layer that a height lies in; the last one above them all, null without layers. */
export function layerAt(edges: readonly (readonly ChartPoint[])[], index: number, height: number): number | null {
  const found = edges.findIndex((edge) => height <= (edge[index]?.[1] ?? 0));
  return edges.length === 0 ? null : found < 0 ? edges.length - 1 : found;
}
