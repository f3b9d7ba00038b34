/** What charts show. */

/** x ascending. */
export type ChartPoint = readonly [x: number, y: number];

export interface ChartSeries {
  /** Unique in the chart. */
  id: string;
  label: string;
  /** Any CSS colour; from the palette by place when left out. */
  color?: string;
  points: readonly ChartPoint[];
  /** Around the line: a standard error, or the range of members. x ascending. */
  band?: readonly (readonly [x: number, low: number, high: number])[];
  /** Id of the series it is a member of (a seed of a group): thin and pale, hidden and shown with it. */
  memberOf?: string;
}

/** Something that happened at an x, drawn as a line across the chart. */
export interface ChartMarker {
  x: number;
  label: string;
  kind: 'retry' | 'resume' | 'change' | 'lost' | 'note';
}

export type ChartState =
  | { kind: 'ready' }
  | { kind: 'loading' }
  | { kind: 'error'; message: string; onRetry?: () => void };

export type ChartRange = readonly [from: number, to: number];
