/** Migrates a MySQL/MariaDB database under a named lock; the database is made when it is missing. */
import { createConnection } from 'mariadb';
import type { DatabaseLocation } from './location.ts';
import type { Migrator } from './migrator.ts';

const lockTimeoutS = 60;

const history = `CREATE TABLE IF NOT EXISTS _prisma_migrations (
  id VARCHAR(36) NOT NULL PRIMARY KEY, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT,
  rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0
) DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`;

export async function openMysqlMigrator({
  host,
  port,
  user,
  password,
  database,
}: DatabaseLocation & { engine: 'mysql' }): Promise<Migrator> {
  const connection = await createConnection({
    host,
    port,
    user,
    password,
    multipleStatements: true,
    connectTimeout: 5000,
  });
  const quoted = `\`${database.replaceAll('`', '``')}\``;
  const lock = `queryloop ${database}`.slice(0, 64);
  try {
    await connection.query(`CREATE DATABASE IF NOT EXISTS ${quoted} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
    await connection.query(`USE ${quoted}`);
    await connection.query('SELECT GET_LOCK(?, ?)', [lock, lockTimeoutS]);
  } catch (error) {
    await connection.end();
    throw error;
  }
  return {
    applied: async () => {
      await connection.query(history);
      const rows: { name: string; checksum: string; finished_at: Date | null }[] = await connection.query(
        'SELECT migration_name AS name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
      );
      return rows.map((row) => ({ ...row, finished: row.finished_at !== null }));
    },
    apply: async ({ id, name, checksum, sql }) => {
      // A script here is not undone when it fails half way: the unfinished note is what tells the next process.
      await connection.query('INSERT INTO _prisma_migrations (id, checksum, migration_name) VALUES (?, ?, ?)', [
        id,
        checksum,
        name,
      ]);
      await connection.query(sql);
      await connection.query(
        'UPDATE _prisma_migrations SET finished_at = NOW(3), applied_steps_count = 1 WHERE id = ?',
        [id],
      );
    },
    close: () => connection.end(),
  };
}
