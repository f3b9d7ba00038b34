/** Runs the own queries of questions: what they return is what completions are compared with. */
import type { Cell } from '../databases/schema.ts';
import { defaultLimits } from '../executors/contract.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { tokenizeSql } from '../executors/tokenize-sql.ts';
import type { SqlDialect } from './dataset-folder.ts';
import { runNatively } from './native-sqlite.ts';

export type GoldResult =
  | {
      rows: Cell[][];
      /** The order of the rows is part of the answer: the query says ORDER BY. */
      ordered: boolean;
    }
  | { problem: string };

/** More patience than completions get: these are few, and run once. */
const timeoutMs = 20_000;

/**
 * Results in the order of the queries. What returns more than a completion may return is a problem: nothing could equal it.
 * @param path snapshot, as buildSqlite wrote it
 */
export async function runGoldQueries(
  sqls: readonly string[],
  path: string,
  dialect: SqlDialect,
  signal?: AbortSignal,
): Promise<GoldResult[]> {
  if (sqls.length === 0) return [];
  const { maxRows, maxBytes } = defaultLimits;
  if (dialect === 'sqlite') {
    const replies = await runNatively(sqls, path, { timeoutMs, maxRows, maxCharacters: maxBytes }, signal);
    return replies.map((reply, i) => ('problem' in reply ? reply : { ...reply, ordered: isOrdered(sqls[i] ?? '') }));
  }
  const executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs });
  try {
    const outcomes = await executor.executeAll(sqls, () => signal?.throwIfAborted());
    return outcomes.map((outcome, i) => {
      if (outcome.kind === 'error') return { problem: outcome.message };
      if (outcome.truncated) return { problem: `gives more than ${maxRows} rows or ${maxBytes} characters` };
      return { rows: outcome.rows, ordered: isOrdered(sqls[i] ?? '') };
    });
  } finally {
    await executor.close();
  }
}

/** Whether ORDER BY stands outside all brackets. */
export function isOrdered(sql: string): boolean {
  let depth = 0;
  let ordered = false;
  const look = (text: string): void => {
    if (text === '(') depth += 1;
    else if (text === ')') depth -= 1;
    else if (depth === 0 && text.toUpperCase() === 'ORDER') ordered = true;
  };
  try {
    for (const token of tokenizeSql(sql)) if (token.kind === 'word' || token.kind === 'operator') look(token.text);
  } catch {
    // Another dialect's quotes or brackets: words and brackets are alike in all.
    for (const [text] of sql.replace(/'(?:[^']|'')*'/g, '').matchAll(/[()]|\bORDER(?=\s+BY\b)/gi)) look(text);
  }
  return ordered;
}

/** The answer as text: all cells, row by row; what is NULL says nothing. */
export function answerOfRows(rows: readonly Cell[][]): string {
  return rows
    .flat()
    .filter((cell) => cell !== null)
    .join(', ');
}
