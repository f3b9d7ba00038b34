/** What the errors of both engines mean for a query: the same mistake has the same code on either (docs/dialect.md). */
import type { ErrorCode } from './contract.ts';

/** MariaDB's and MySQL's error numbers; any other is `other`. */
const mysqlCodes: Record<number, ErrorCode> = {
  1064: 'syntax',
  1065: 'syntax',
  1149: 'syntax',
  // A query in FROM without a name.
  1248: 'syntax',
  1049: 'unknown_name',
  1051: 'unknown_name',
  1054: 'unknown_name',
  1109: 'unknown_name',
  1128: 'unknown_name',
  1146: 'unknown_name',
  // A table of one term in the ORDER BY of a UNION.
  1250: 'unknown_name',
  1305: 'unknown_name',
  1630: 'unknown_name',
  // Names outside the database: this user cannot tell them from names that do not exist.
  1044: 'unknown_name',
  1142: 'unknown_name',
  1143: 'unknown_name',
  1370: 'unknown_name',
  1969: 'timeout',
  3024: 'timeout',
  1037: 'out_of_memory',
  1038: 'out_of_memory',
  1041: 'out_of_memory',
  1114: 'out_of_memory',
  1301: 'out_of_memory',
};

export const mysqlErrorCode = (errno: number | undefined): ErrorCode => mysqlCodes[errno ?? 0] ?? 'other';

/** SQLite tells most errors apart by their message only; MariaDB calls a place that is no column's unknown too. */
const sqliteMessages: readonly [RegExp, ErrorCode][] = [
  [/no such (?:table|column|function)|term out of range/, 'unknown_name'],
  [/syntax error|incomplete input|unrecognized token/, 'syntax'],
  [/too big|out of memory|string longer than/i, 'out_of_memory'],
];

/** @param code SQLite's own, such as SQLITE_NOMEM */
export function sqliteErrorCode(code: string | undefined, message: string): ErrorCode {
  if (code === 'SQLITE_NOMEM' || code === 'SQLITE_TOOBIG') return 'out_of_memory';
  return sqliteMessages.find(([pattern]) => pattern.test(message))?.[1] ?? 'other';
}
