/** Copies schema and rows of a database on a MariaDB or MySQL server: in one read-only transaction, as they are at one moment. */
import { UserError } from '@queryloop/contracts';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { connectionError, connectionOptions, type MysqlError, parseMysqlUrl, type ServerAddress } from './mysql-url.ts';
import { backticked } from './quote-name.ts';
import { settle } from './settle-references.ts';
import type { FoundCell, FoundTable } from './settle-table.ts';
import { chooseTables, type DatabaseSnapshot, requireFits, type SnapshotOptions, shortList } from './snapshot.ts';

/**
 * @param url mysql://user:password@host:port/database
 * @throws UserError when the server cannot be reached, refuses the user, has no such database, or it is too large
 */
export async function snapshotMysql(url: string, options: SnapshotOptions = {}): Promise<DatabaseSnapshot> {
  const address = parseMysqlUrl(url);
  const name = databaseOf(url);
  let connection: Connection | undefined;
  try {
    connection = await createConnection({
      ...connectionOptions(address),
      supportBigNumbers: true,
      rowsAsArray: true,
      // Of the server's kind of JSON and of vectors, the driver would make objects.
      jsonStrings: true,
    });
    // No sql_mode: names in backticks and texts in quotes, whatever the server is set to.
    await connection.query("SET SESSION time_zone = '+00:00', sql_mode = ''");
    await connection.query('SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ');
    await connection.query('START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY');
    await requireDatabase(connection, name);
    return await read(connection, name, options);
  } catch (error) {
    throw readingError(error as MysqlError, address);
  } finally {
    await connection?.end().catch(() => connection?.destroy());
  }
}

/** What the server says about a statement that only reads is for the user to mend: rights, locks, broken views. */
function readingError(error: MysqlError, address: ServerAddress): Error {
  const known = connectionError(error, address, 'read');
  if (known instanceof UserError || error.errno === undefined || error.fatal === true) return known;
  return new UserError({
    message: `the database cannot be copied: ${error.message}`,
    field: '--database',
    hint: 'The user needs SELECT on every table that is copied; leave others out with --without.',
  });
}

/** The database that an address names; "" where it names none. @throws UserError when it is no address */
export function databaseOf(url: string): string {
  parseMysqlUrl(url);
  const name = new URL(url).pathname.replace(/^\//, '');
  try {
    return decodeURIComponent(name);
  } catch {
    throw new UserError({
      message: `the name of the database in the address cannot be read: ${name}`,
      field: '--database',
      hint: 'Special characters are percent-encoded: % is %25.',
    });
  }
}

const ask = async <Row>(connection: Connection, sql: string, values: unknown[] = []): Promise<Row[]> => {
  const [rows] = await connection.query<RowDataPacket[]>(sql, values);
  return rows as unknown as Row[];
};

async function requireDatabase(connection: Connection, name: string): Promise<void> {
  const names = (await ask<[string]>(connection, 'SHOW DATABASES')).map(([found]) => found);
  if (name !== '' && names.includes(name)) return;
  const own = names.filter((found) => !/^(information_schema|performance_schema|mysql|sys|queryloop_.*)$/.test(found));
  throw new UserError({
    message: name === '' ? 'the address names no database' : `there is no database "${name}" on the server`,
    field: '--database',
    hint: `Name one after the last slash, as in mysql://user:password@host:3306/${own[0] ?? 'shop'}. This user sees: ${shortList(own) || 'none'}.`,
  });
}

/** How values are read by declared type; others are left out. */
const readings: [types: RegExp, reading: (value: string) => string][] = [
  [/^(tinyint|smallint|mediumint|int|bigint|year|float|double|decimal)$/, (value) => value],
  [/^bit$/, (value) => `${value} + 0`],
  [/^(date|datetime|timestamp|time)$/, (value) => value],
  [/^(char|varchar|tinytext|text|mediumtext|longtext|enum|set|uuid|inet4|inet6)$/, (value) => value],
  [/^json$/, (value) => `CAST(${value} AS CHAR)`],
];
const binary = /^(binary|varbinary|tinyblob|blob|mediumblob|longblob)$/;

interface TablePlan {
  name: string;
  rowCount: number;
  bytes: number;
  columns: { name: string; declared: string; reading: string }[];
  primaryKey: string[];
  foreignKeys: FoundTable['foreignKeys'];
}

async function read(connection: Connection, database: string, options: SnapshotOptions): Promise<DatabaseSnapshot> {
  const notes: string[] = [];
  const listed = await ask<[string, string]>(
    connection,
    "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') ORDER BY CREATE_TIME, TABLE_NAME",
    [database],
  );
  const names = chooseTables(
    listed.map(([name, type]) => ({ name, view: type === 'VIEW' })),
    options,
    notes,
  );
  const plans: TablePlan[] = [];
  for (const name of names) plans.push(await planTable(connection, database, name, notes));
  requireFits(
    plans.map(({ name, rowCount, bytes }) => ({ name, rows: rowCount, bytes })),
    options,
  );
  const found: FoundTable[] = [];
  for (const plan of plans) found.push(await readTable(connection, database, plan));
  return settle(found, notes, options.references);
}

async function planTable(connection: Connection, database: string, name: string, notes: string[]): Promise<TablePlan> {
  const keys = await ask<[constraint: string, column: string, table: string | null, references: string | null]>(
    connection,
    'SELECT CONSTRAINT_NAME, COLUMN_NAME, REFERENCED_TABLE_NAME, REFERENCED_COLUMN_NAME FROM information_schema.KEY_COLUMN_USAGE ' +
      "WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND (CONSTRAINT_NAME = 'PRIMARY' OR REFERENCED_TABLE_SCHEMA = ?) ORDER BY CONSTRAINT_NAME, ORDINAL_POSITION",
    [database, name, database],
  );
  const primaryKey = keys.flatMap(([constraint, column]) => (constraint === 'PRIMARY' ? [column] : []));
  const foreignKeys = new Map<string, FoundTable['foreignKeys'][number]>();
  for (const [constraint, column, table, references] of keys) {
    if (table === null || references === null) continue;
    const key = foreignKeys.get(constraint) ?? { columns: [], table, references: [] };
    key.columns.push(column);
    key.references.push(references);
    foreignKeys.set(constraint, key);
  }
  const keyed = new Set(keys.map(([, column]) => column));
  const listed = await ask<[string, string, string]>(
    connection,
    'SELECT COLUMN_NAME, DATA_TYPE, COLUMN_TYPE FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION',
    [database, name],
  );
  const columns = listed.flatMap(([column, type, declared]) => {
    const reading = readings.find(([types]) => types.test(type))?.[1];
    if (reading) return [{ name: column, declared: declared.toLowerCase(), reading: reading(backticked(column)) }];
    if (binary.test(type) && keyed.has(column)) {
      notes.push(`${name}.${column}: holds binary data: kept in hexadecimal digits, being a key`);
      return [{ name: column, declared: 'text', reading: `HEX(${backticked(column)})` }];
    }
    notes.push(`${name}.${column}: left out, ${binary.test(type) ? 'holds binary data' : `of type ${type}`}`);
    return [];
  });
  if (columns.length === 0) {
    throw new UserError({
      message: `the table "${name}" has no column that can be copied`,
      field: '--without',
      hint: `Leave it out: --without ${name}`,
    });
  }
  const sizes = columns.map(({ reading }) => `COALESCE(SUM(OCTET_LENGTH(${reading})), 0)`).join(' + ');
  const [size] = await ask<[number, number]>(
    connection,
    `SELECT COUNT(*), ${sizes} FROM ${backticked(database)}.${backticked(name)}`,
  );
  const [rowCount, bytes] = size ?? [0, 0];
  return { name, rowCount, bytes: Number(bytes), columns, primaryKey, foreignKeys: [...foreignKeys.values()] };
}

async function readTable(
  connection: Connection,
  database: string,
  { name, columns, primaryKey, foreignKeys }: TablePlan,
): Promise<FoundTable> {
  const select = columns.map(({ reading }) => reading).join(', ');
  const order = primaryKey.length === 0 ? '' : ` ORDER BY ${primaryKey.map(backticked).join(', ')}`;
  const rows = await ask<unknown[]>(
    connection,
    `SELECT ${select} FROM ${backticked(database)}.${backticked(name)}${order}`,
  );
  return {
    name,
    columns,
    primaryKey,
    foreignKeys,
    rows: rows.map((row) => row.map((cell, place) => toCell(cell, columns[place]?.declared ?? ''))),
  };
}

/** Whole numbers beyond exactness come as text. */
function toCell(cell: unknown, declared: string): FoundCell {
  if (cell === null || cell === undefined) return null;
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'string') return /^(big)?int|^bit/.test(declared) && /^-?\d+$/.test(cell) ? BigInt(cell) : cell;
  return Buffer.isBuffer(cell) ? cell.toString('utf8') : JSON.stringify(cell);
}
