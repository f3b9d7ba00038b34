/** Translates a SQLite migration into MySQL's words. Column types come from the schema, so both databases hold the same model. */

const types = { TEXT: 'VARCHAR(191)', INTEGER: 'INTEGER', REAL: 'DOUBLE', DATETIME: 'DATETIME(3)', BOOLEAN: 'BOOLEAN' };

/**
 * Strings compare by their bytes, as in SQLite. Throws for what has no plain translation (SQLite rebuilds a table to change a column).
 * @param {string} sql @param {string} mysqlSchema @returns {string}
 */
export function deriveMysqlMigration(sql, mysqlSchema) {
  if (/^PRAGMA|RedefineTables/m.test(sql))
    throw new Error(
      'this migration rebuilds tables: write both by hand. Where other tables refer to one, only ALTER TABLE keeps their rows',
    );
  const longText = longTextColumns(mysqlSchema);
  let table = '';
  const lines = sql.split('\n').map((line) => {
    table = /^(?:CREATE|ALTER) TABLE "(\w+)"/.exec(line)?.[1] ?? table;
    return line
      .replace(
        /("(\w+)" )(TEXT|INTEGER|REAL|DATETIME|BOOLEAN)\b/,
        (_, start, column, type) => start + (longText.has(`${table}.${column}`) ? 'LONGTEXT' : types[type]),
      )
      .replace('DEFAULT CURRENT_TIMESTAMP', 'DEFAULT CURRENT_TIMESTAMP(3)')
      .replace(/^\);$/, ') DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;')
      .replaceAll('"', '`');
  });
  // A table may refer to one that is created after it.
  return `SET FOREIGN_KEY_CHECKS = 0;\n\n${lines.join('\n').trim()}\n\nSET FOREIGN_KEY_CHECKS = 1;\n`;
}

function longTextColumns(schema) {
  const columns = new Set();
  let model = '';
  for (const line of schema.split('\n')) {
    model = /^model (\w+)/.exec(line)?.[1] ?? model;
    const column = /^\s+(\w+)\s.*@db\.LongText/.exec(line)?.[1];
    if (column !== undefined) columns.add(`${model}.${column}`);
  }
  return columns;
}
