/** Opens the executor for a prepared database. */
import { defaultLimits, type ExecutorLimits, type SqlExecutor } from './contract.ts';
import { MysqlExecutor } from './mysql-executor.ts';
import { SqliteExecutor } from './sqlite-executor.ts';

/** "sqlite" with the file that buildSqlite wrote, or a server's address with the database that buildMariadb made there. */
export type ExecutorTarget = { database: 'sqlite'; path: string } | { database: string; schema: string };

/** @throws UserError when the database cannot be opened */
export function openExecutor(target: ExecutorTarget, limits: Partial<ExecutorLimits> = {}): Promise<SqlExecutor> {
  const all = { ...defaultLimits, ...limits };
  return 'path' in target
    ? SqliteExecutor.open(target.path, all)
    : MysqlExecutor.open(target.database, target.schema, all);
}
