/** Opens Prisma's client for a location: the same models whatever the database, so one type serves for both. */
import type { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import type { Prisma, PrismaClient } from '../generated/sqlite/client.ts';
import { explainDatabaseError } from './errors.ts';
import type { DatabaseLocation } from './location.ts';
import { migrate } from './migrate.ts';
import { sqliteTimeoutMs } from './migrator-sqlite.ts';

export type Database = PrismaClient;
/** The client inside a transaction. In SQLite begin it with a write: one that begins by reading may lose to another process at once. */
export type Transaction = Prisma.TransactionClient;

/** A branch copies the rows of many updates; waiting for another process that writes counts too. */
const transactionOptions = { maxWait: 60_000, timeout: 120_000 };

/** Brings the database up to date and connects to it. Throws UserError when it cannot be used. */
export async function connect(location: DatabaseLocation): Promise<Database> {
  try {
    await migrate(location);
    const client = location.engine === 'sqlite' ? await openSqlite(location.file) : await openMysql(location);
    return explainingErrors(client, location.name);
  } catch (error) {
    throw explainDatabaseError(error, location.name, { open: false });
  }
}

async function openSqlite(file: string): Promise<Database> {
  const [{ PrismaClient }, { PrismaBetterSqlite3 }] = await Promise.all([
    import('../generated/sqlite/client.ts'),
    import('@prisma/adapter-better-sqlite3'),
  ]);
  const adapter = syncingEveryCommit(new PrismaBetterSqlite3({ url: `file:${file}`, timeout: sqliteTimeoutMs }));
  return new PrismaClient({ adapter, transactionOptions });
}

/**
 * In WAL mode SQLite's default leaves the last commits to a power cut. Temporal's history would then know of metrics that the
 * store has lost, so every commit is on disk before it counts as done.
 */
function syncingEveryCommit(factory: PrismaBetterSqlite3): PrismaBetterSqlite3 {
  const connectPlainly = factory.connect.bind(factory);
  factory.connect = async () => {
    const connection = await connectPlainly();
    await connection.executeScript('PRAGMA synchronous = FULL');
    return connection;
  };
  return factory;
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
    adapter: new PrismaMariaDb({
      host,
      port,
      user,
      password,
      database,
      connectionLimit: 4,
      connectTimeout: 5000,
      // A server may be set to pass over what clients say of their character set.
      initSql: 'SET NAMES utf8mb4',
    }),
    transactionOptions,
  });
  return client as unknown as Database;
}

function explainingErrors(client: Database, name: string): Database {
  const extended = client.$extends({
    query: {
      $allOperations: ({ args, query }) =>
        query(args).catch((error: unknown) => {
          throw explainDatabaseError(error, name, { open: true });
        }),
    },
  });
  return extended as unknown as Database;
}
