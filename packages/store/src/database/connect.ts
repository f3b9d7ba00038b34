/** Opens Prisma's client for a location: the same models whatever the database, so one type serves for both. */
import type { PrismaClient } from '../generated/sqlite/client.ts';
import { explainDatabaseError } from './errors.ts';
import type { DatabaseLocation } from './location.ts';
import { migrate } from './migrate.ts';
import { sqliteTimeoutMs } from './migrator-sqlite.ts';

export type Database = PrismaClient;

/** Brings the database up to date and connects to it. Throws UserError when it cannot be used. */
export async function connect(location: DatabaseLocation): Promise<Database> {
  try {
    await migrate(location);
    const client = location.engine === 'sqlite' ? await openSqlite(location.file) : await openMysql(location);
    return explainingErrors(client, location.name);
  } catch (error) {
    throw explainDatabaseError(error, location.name);
  }
}

async function openSqlite(file: string): Promise<Database> {
  const [{ PrismaClient }, { PrismaBetterSqlite3 }] = await Promise.all([
    import('../generated/sqlite/client.ts'),
    import('@prisma/adapter-better-sqlite3'),
  ]);
  return new PrismaClient({ adapter: new PrismaBetterSqlite3({ url: `file:${file}`, timeout: sqliteTimeoutMs }) });
}

async function openMysql({
  host,
  port,
  user,
  password,
  database,
}: DatabaseLocation & { engine: 'mysql' }): Promise<Database> {
  const [{ PrismaClient }, { PrismaMariaDb }] = await Promise.all([
    import('../generated/mysql/client.ts'),
    import('@prisma/adapter-mariadb'),
  ]);
  const client = new PrismaClient({
    adapter: new PrismaMariaDb({ host, port, user, password, database, connectionLimit: 4, connectTimeout: 5000 }),
  });
  return client as unknown as Database;
}

function explainingErrors(client: Database, name: string): Database {
  const extended = client.$extends({
    query: {
      $allOperations: ({ args, query }) =>
        query(args).catch((error: unknown) => {
          throw explainDatabaseError(error, name);
        }),
    },
  });
  return extended as unknown as Database;
}
