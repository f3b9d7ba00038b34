/** Names of tables and columns as they stand in statements, whatever they hold. */

/** For SQLite. */
export const quotedName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** For MariaDB and MySQL. */
export const backticked = (name: string): string => `\`${name.replaceAll('`', '``')}\``;
