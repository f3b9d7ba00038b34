/** Child process that runs queries written for SQLite, as they are, on one file that is opened for reading. */
import Database from 'better-sqlite3';
import type { Cell } from '../databases/schema.ts';

export interface NativeSettings {
  path: string;
  maxRows: number;
  maxCharacters: number;
}

export type NativeReply = { rows: Cell[][] } | { problem: string };

function run(database: Database.Database, sql: string, { maxRows, maxCharacters }: NativeSettings): NativeReply {
  try {
    const statement = prepare(database, sql);
    if (!statement.reader || !statement.readonly || /^\s*pragma/i.test(sql))
      return { problem: 'not a read-only query' };
    const rows: Cell[][] = [];
    let characters = 0;
    for (const row of statement.raw().iterate() as IterableIterator<unknown[]>) {
      const cells = row.map(toCell);
      for (const cell of cells) characters += typeof cell === 'string' ? cell.length : 8;
      if (rows.length >= maxRows || characters > maxCharacters)
        return { problem: `gives more than ${maxRows} rows or ${maxCharacters} characters` };
      rows.push(cells);
    }
    return { rows };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** What SQLite is known for, and this build of it is not: text in double quotes that names no column is text. */
function prepare(database: Database.Database, sql: string): Database.Statement {
  try {
    return database.prepare(sql);
  } catch (error) {
    const [, name] = /no such column: "(.*)" - should this be a string literal/s.exec((error as Error).message) ?? [];
    if (name === undefined) throw error;
    const changed = sql.replace(/'(?:[^']|'')*'|"((?:[^"]|"")*)"/g, (token, quoted: string | undefined) => {
      const text = quoted?.replaceAll('""', '"');
      return text === name ? `'${text.replaceAll("'", "''")}'` : token;
    });
    if (changed === sql) throw error;
    return prepare(database, changed);
  }
}

function toCell(value: unknown): Cell {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  return Buffer.isBuffer(value) ? value.toString('utf8') : String(value);
}

const settings = JSON.parse(process.argv[2] ?? '{}') as NativeSettings;
const database = new Database(settings.path, { readonly: true, fileMustExist: true });
process.on('message', (sql: string) => process.send?.(run(database, sql, settings)));
process.on('disconnect', () => process.exit(0));
