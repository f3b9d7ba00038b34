/** Writes rows into a database of a MariaDB or MySQL server, once per content, and lets a SELECT-only user read it. */
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { contentHash } from './content-hash.ts';
import {
  connectionError,
  connectionOptions,
  type MysqlError,
  parseMysqlUrl,
  readerOf,
  type ServerAddress,
} from './mysql-url.ts';
import { athletesSchema, type DatabaseSchema, type Table, type TableRows } from './schema.ts';

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
  for (const table of schema.tables) {
    await connection.query(createTable(table));
    const content = rows[table.name] ?? [];
    for (let from = 0; from < content.length; from += 1000) {
      await connection.query('INSERT INTO ?? VALUES ?', [table.name, content.slice(from, from + 1000)]);
    }
  }
  // Without statistics the optimizer starts joins at the wrong end.
  await connection.query('ANALYZE TABLE ??', [schema.tables.map((table) => table.name)]);
  await connection.query(`INSERT INTO \`${register}\`.built VALUES (?)`, [name]);
}

function createTable(table: Table): string {
  const lines = table.columns.flatMap(({ name, type, references }, index) => [
    `\`${name}\` ${type === 'integer' ? 'INT' : 'VARCHAR(512)'}${index === 0 ? ' PRIMARY KEY' : ''}`,
    ...(references ? [`FOREIGN KEY (\`${name}\`) REFERENCES \`${references.table}\` (\`${references.column}\`)`] : []),
    ...(type === 'text' ? [`KEY (\`${name}\`)`] : []),
  ]);
  return `CREATE TABLE \`${table.name}\` (${lines.join(', ')}) ENGINE = InnoDB`;
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
