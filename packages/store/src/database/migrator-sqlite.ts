/** Migrates a SQLite file inside one transaction that holds the write lock, and puts the file into WAL mode. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import type { Migrator } from './migrator.ts';

export const sqliteTimeoutMs = 10_000;

const history = `CREATE TABLE IF NOT EXISTS "_prisma_migrations" (
  "id" TEXT NOT NULL PRIMARY KEY, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL, "logs" TEXT,
  "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)`;

export async function openSqliteMigrator(file: string): Promise<Migrator> {
  mkdirSync(dirname(file), { recursive: true });
  const database = new Database(file, { timeout: sqliteTimeoutMs });
  try {
    await enterWal(database);
    database.exec('BEGIN IMMEDIATE');
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    applied: async () => {
      database.exec(history);
      const rows = database
        .prepare(
          'SELECT migration_name AS name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL',
        )
        .all();
      return (rows as { name: string; checksum: string; finished_at: number | null }[]).map((row) => ({
        ...row,
        finished: row.finished_at !== null,
      }));
    },
    apply: async ({ id, name, checksum, sql }) => {
      database.exec(sql);
      database
        .prepare(
          'INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count) VALUES (?, ?, ?, ?, ?, 1)',
        )
        .run(id, checksum, name, Date.now(), Date.now());
    },
    close: async (done) => {
      try {
        database.exec(done ? 'COMMIT' : 'ROLLBACK');
      } finally {
        database.close();
      }
    },
  };
}

/** SQLite does not wait for other processes when the journal mode changes, so the waiting is done here. */
async function enterWal(database: Database.Database): Promise<void> {
  const deadline = Date.now() + sqliteTimeoutMs;
  for (;;) {
    try {
      database.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      if (!String((error as { code?: string }).code).startsWith('SQLITE_BUSY') || Date.now() > deadline) throw error;
      await sleep(20);
    }
  }
}
