/**
 * The contract of executors: they run untrusted SQL, written in MySQL's dialect, and say what came of it. Outcomes belong to the
 * query; faults of the infrastructure (dead child, lost connection) are retried and at last thrown, never turned into an outcome.
 */

import type { FailureClass } from '@queryloop/contracts';
import { excerpt } from './excerpt.ts';

export type ErrorCode = FailureClass;

export type Outcome =
  | {
      kind: 'rows';
      columns: string[];
      rows: (string | number | null)[][] /** Cut at the row or byte cap. */;
      truncated: boolean;
    }
  | { kind: 'error'; code: ErrorCode; message: string };

export interface ExecutorLimits {
  /** Time of one statement: of the child's processor (SQLite on Linux), elsewhere and on a server wall-clock time. */
  timeoutMs: number;
  maxRows: number;
  /** Characters of text in one result, names of columns among them, and eight for each number and NULL. */
  maxBytes: number;
  /** Child processes (SQLite) or connections (MariaDB/MySQL). */
  poolSize: number;
  /** Resident memory of one child process (SQLite on Linux; elsewhere the time limit bounds it), or of one session (MariaDB). */
  maxMemoryMb: number;
}

export const defaultLimits: ExecutorLimits = {
  timeoutMs: 500,
  maxRows: 200,
  maxBytes: 64 * 1024,
  poolSize: 2,
  maxMemoryMb: 512,
};

export interface SqlExecutor {
  /** Runs one statement. Calls may overlap. @throws Error when the infrastructure keeps failing, or after `close` */
  execute(sql: string): Promise<Outcome>;
  /** Runs many: outcomes in the order given, equal statements run once. `onOutcome` hears of each that is done. */
  executeAll(sqls: readonly string[], onOutcome?: () => void): Promise<Outcome[]>;
  /** Ends children and connections; what is still running is rejected. */
  close(): Promise<void>;
}

/** Attempts after which a fault of the infrastructure is thrown. */
export const maxAttempts = 3;

/** Longest message of an outcome: engines quote names and values of any size. */
const maxMessage = 500;

export function failure(code: ErrorCode, message: string): Outcome {
  return { kind: 'error', code, message: message.length <= maxMessage ? message : `${excerpt(message, maxMessage)}…` };
}

/** The shared way of executeAll: each distinct statement once, at most `atOnce` of them at a time. */
export async function executeDistinct(
  sqls: readonly string[],
  execute: (sql: string) => Promise<Outcome>,
  atOnce: number,
  onOutcome?: () => void,
): Promise<Outcome[]> {
  const outcomes = new Map<string, Outcome>();
  const distinct = new Set(sqls);
  // All lanes take from the same iterator.
  const rest = distinct.values();
  let failed = false;
  const lane = async (): Promise<void> => {
    try {
      for (const sql of rest) {
        if (failed) return;
        outcomes.set(sql, await execute(sql));
        onOutcome?.();
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, distinct.size) }, lane));
  return sqls.map((sql) => outcomes.get(sql) as Outcome);
}
