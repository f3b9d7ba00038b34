/** Writes rows into a database of a MariaDB or MySQL server, once per content, and lets a SELECT-only user read it. */
import { UserError } from '@queryloop/contracts';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { contentHash } from './content-hash.ts';
import { createTable } from './mariadb-table.ts';
import {
  connectionError,
  connectionOptions,
  type MysqlError,
  parseMysqlUrl,
  readerOf,
  type ServerAddress,
} from './mysql-url.ts';
import { backticked } from './quote-name.ts';
import { athletesSchema, type Cell, type DatabaseSchema, type Table, type TableRows } from './schema.ts';

/** Keeps which databases are complete; outside of them, so that a half-built one is never taken for whole. */
const register = 'queryloop_complete';

/**
 * Idempotent and safe for several builders at once (a named lock); a half-built database is dropped and built again. Text
 * compares without regard to case; trailing spaces and accents count, as in the SQLite build. Where the given user may not
 * create users, queries later run as that user, which should itself be limited to SELECT on the database.
 * @returns the database's name: queryloop_ and twelve digits of the content hash
 * @throws UserError when the server is unreachable or refuses the user
 */
export async function buildMariadb(
  rows: TableRows,
  url: string,
  schema: DatabaseSchema = athletesSchema,
): Promise<string> {
  const address = parseMysqlUrl(url);
  const name = `queryloop_${contentHash(rows, schema).slice(0, 12)}`;
  try {
    const connection = await createConnection(connectionOptions(address));
    try {
      await connection.query('SELECT GET_LOCK(?, 120)', [name]);
      if (!(await isComplete(connection, name))) await fill(connection, name, rows, schema);
      await createReader(connection, readerOf(address, name), name);
      return name;
    } finally {
      // Closing the connection also gives the lock back.
      await connection.end().catch(() => connection.destroy());
    }
  } catch (error) {
    throw connectionError(error as MysqlError, address);
  }
}

async function isComplete(connection: Connection, name: string): Promise<boolean> {
  await connection.query(`CREATE DATABASE IF NOT EXISTS \`${register}\``);
  await connection.query(`CREATE TABLE IF NOT EXISTS \`${register}\`.built (name VARCHAR(64) PRIMARY KEY)`);
  const [marks] = await connection.query<RowDataPacket[]>(`SELECT name FROM \`${register}\`.built WHERE name = ?`, [
    name,
  ]);
  const [schemas] = await connection.query<RowDataPacket[]>('SHOW DATABASES LIKE ?', [name.replaceAll('_', '\\_')]);
  return marks.length > 0 && schemas.length > 0;
}

async function fill(connection: Connection, name: string, rows: TableRows, schema: DatabaseSchema): Promise<void> {
  await connection.query(`DELETE FROM \`${register}\`.built WHERE name = ?`, [name]);
  await connection.query(`DROP DATABASE IF EXISTS \`${name}\``);
  await connection.query(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4 COLLATE ${await collation(connection)}`);
  await connection.query(`USE \`${name}\``);
  for (const table of schema.tables) await fillTable(connection, table, rows[table.name] ?? []);
  // Without statistics the optimizer starts joins at the wrong end.
  await connection.query(`ANALYZE TABLE ${schema.tables.map((table) => backticked(table.name)).join(', ')}`);
  await connection.query(`INSERT INTO \`${register}\`.built VALUES (?)`, [name]);
}

/** Characters of rows in one statement; servers take at least 16 MB. */
const mostCharacters = 1_000_000;

async function fillTable(connection: Connection, table: Table, rows: readonly Cell[][]): Promise<void> {
  try {
    await connection.query(createTable(table, rows));
    let batch: Cell[][] = [];
    let characters = 0;
    const flush = async (): Promise<void> => {
      // Written out here: names may hold what the driver takes for places of values.
      if (batch.length > 0)
        await connection.query(`INSERT INTO ${backticked(table.name)} VALUES ${connection.escape(batch)}`);
      batch = [];
      characters = 0;
    };
    for (const row of rows) {
      batch.push(row);
      for (const cell of row) characters += typeof cell === 'string' ? cell.length : 8;
      if (batch.length >= 1000 || characters > mostCharacters) await flush();
    }
    await flush();
  } catch (error) {
    const { errno, fatal, message } = error as MysqlError;
    if (errno === undefined || fatal === true) throw error;
    throw new UserError({
      message: `the database server does not take the table "${table.name}": ${message}`,
      field: 'database',
      hint: 'Rename or leave out what it does not take, or set database: sqlite.',
    });
  }
}

/** The first the server has: case-insensitive, accents and trailing spaces count; older MariaDB has none that minds accents. */
async function collation(connection: Connection): Promise<string> {
  const wanted = ['utf8mb4_uca1400_nopad_as_ci', 'utf8mb4_0900_as_ci', 'utf8mb4_general_nopad_ci'];
  const [rows] = await connection.query<RowDataPacket[]>('SHOW COLLATION');
  // MariaDB lists the UCA 14 collations without a character set.
  const known = new Set(rows.map((row) => String(row.Collation)));
  const found = wanted.find((name) => known.has(name) || known.has(name.replace('utf8mb4_', '')));
  return found ?? 'utf8mb4_general_ci';
}

/**
 * Makes the SELECT-only user of a database that is there: its name and password follow from the given ones, so a new password of
 * the given user asks for another. Nothing is done where the given user may not create users.
 * @throws the driver's error when the server cannot be reached or refuses the given user
 */
export async function makeReader(address: ServerAddress, name: string): Promise<void> {
  const connection = await createConnection(connectionOptions(address));
  try {
    await createReader(connection, readerOf(address, name), name);
  } finally {
    await connection.end().catch(() => connection.destroy());
  }
}

const mayNotCreateUsers = new Set([1044, 1142, 1227, 1396, 1410]);

async function createReader(connection: Connection, reader: ServerAddress, name: string): Promise<void> {
  try {
    const who = [reader.user, '%'];
    await connection.query('CREATE USER IF NOT EXISTS ?@? IDENTIFIED BY ?', [...who, reader.password]);
    // "_" is a wildcard in the database name of a GRANT.
    await connection.query(`GRANT SELECT ON \`${name.replaceAll('_', '\\_')}\`.* TO ?@?`, who);
  } catch (error) {
    if (!mayNotCreateUsers.has((error as MysqlError).errno ?? 0)) throw error;
  }
}
