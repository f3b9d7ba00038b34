/** Applies the migrations under prisma/migrations and records them in _prisma_migrations, as `prisma migrate deploy` does. */
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '@queryloop/contracts';
import type { DatabaseLocation } from './location.ts';
import { openMysqlMigrator } from './migrator-mysql.ts';
import { openSqliteMigrator } from './migrator-sqlite.ts';

/** Brings a database up to date; names of the migrations that were missing. Two processes may do so at once. */
export async function migrate(location: DatabaseLocation): Promise<string[]> {
  const migrations = readMigrations(location.engine);
  const migrator =
    location.engine === 'sqlite' ? await openSqliteMigrator(location.file) : await openMysqlMigrator(location);
  let done = false;
  try {
    const applied = new Map((await migrator.applied()).map((migration) => [migration.name, migration]));
    const missing = migrations.filter(({ name, checksum }) => {
      const before = applied.get(name);
      if (before !== undefined && (!before.finished || before.checksum !== checksum))
        throw conflict(location, name, before.finished);
      return before === undefined;
    });
    const unknown = [...applied.keys()].find((name) => !migrations.some((migration) => migration.name === name));
    if (unknown !== undefined) throw newerStore(location, unknown);
    for (const migration of missing) await migrator.apply({ id: randomUUID(), ...migration });
    done = true;
    return missing.map(({ name }) => name);
  } finally {
    await migrator.close(done);
  }
}

function readMigrations(engine: DatabaseLocation['engine']): { name: string; checksum: string; sql: string }[] {
  const folder = fileURLToPath(new URL(`../../../../prisma/migrations/${engine}/`, import.meta.url));
  const names = readdirSync(folder).sort();
  return names.map((name) => {
    const sql = readFileSync(`${folder}${name}/migration.sql`, 'utf8');
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
  });
}

function conflict({ name }: DatabaseLocation, migration: string, finished: boolean): UserError {
  const what = finished ? 'was changed after it was applied' : 'was begun and never finished';
  return new UserError({
    message: `the store ${name} cannot be brought up to date: migration ${migration} ${what}`,
    hint: 'Put the store back from a copy, or move it away.',
  });
}

function newerStore({ name }: DatabaseLocation, migration: string): UserError {
  return new UserError({
    message: `the store ${name} was made by a newer Queryloop (migration ${migration})`,
    hint: 'Update Queryloop, or use another store.',
  });
}
