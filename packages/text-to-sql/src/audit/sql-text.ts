/** Names and texts as they are written in MySQL's dialect. */
import { tokenizeSql } from '../executors/tokenize-sql.ts';

export const quotedName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

export const textLiteral = (text: string): string =>
  `'${text.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Words, literals and signs of a query; of a text that cannot be read as SQL, what stands between spaces. */
export function countTokens(sql: string): number {
  try {
    return tokenizeSql(sql).length;
  } catch {
    return sql.split(/\s+/).length;
  }
}
