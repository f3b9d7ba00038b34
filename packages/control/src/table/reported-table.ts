/** What a table reports, before it is text. */
import type { SplitScores } from './score-table.ts';

/** A run of a variant, and what became of it. */
export interface ReportedRun {
  seed: number;
  /** Null where it has finished: else why it has no place in the table, in a few words. */
  missing: string | null;
}

export interface ReportedVariant {
  name: string;
  what: string | undefined;
  set: Record<string, unknown>;
  updates: number;
  runs: ReportedRun[];
}

export interface ReportedTable {
  /** The command that makes it. */
  command: string;
  experiment: string;
  set: Record<string, unknown>;
  variants: ReportedVariant[];
  /** Splits that could not be scored, with the reason. */
  missingSplits: { split: string; why: string }[];
  splits: SplitScores[];
}
