/** What a reader of a query tells about it to what stands around it. */
import type { NamedColumn, ValueType } from './scope.ts';

/** An expression that was read: its tokens, from `start` to before `end`, and what is known of its value. */
export interface Expression {
  start: number;
  end: number;
  type: ValueType;
  /** SQLite compares it without regard to case by itself. */
  collated: boolean;
  /** Stands for itself without brackets. */
  atom: boolean;
  /** A text literal's value. */
  text: string | undefined;
  /** A column: what it is called in its SELECT, and what is known of it. */
  key: string | undefined;
  column: NamedColumn | undefined;
  /** A comparison or the like: brackets keep it together beside another one. */
  compared: boolean;
}

export interface QueryShape {
  /** Null when they are not known (an unknown table behind *). */
  columns: readonly NamedColumn[] | null;
  /** One row at most, whatever the data. */
  single: boolean;
  /** The item of a query of one SELECT with one item. */
  item: Expression | null;
  limited: boolean;
  /** An ORDER BY or LIMIT outside brackets. */
  ownOrder: boolean;
}

/** An expression that was just read; the rest of what is known of it is set by who reads it. */
export const expression = (
  start: number,
  end: number,
  type: Expression['type'],
  form: 'plain' | 'atom' | 'compared' = 'plain',
): Expression => ({
  start,
  end,
  type,
  collated: false,
  atom: form === 'atom',
  compared: form === 'compared',
  text: undefined,
  key: undefined,
  column: undefined,
});
