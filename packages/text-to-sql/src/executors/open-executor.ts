/** Opens the executor for a prepared database. */
import { defaultLimits, type ExecutorLimits, type SqlExecutor } from './contract.ts';
import { SqliteExecutor } from './sqlite-executor.ts';

/** `database`: "sqlite" with the file's path. */
export type ExecutorTarget = { database: 'sqlite'; path: string };

/** @throws UserError when the database cannot be opened */
export function openExecutor(target: ExecutorTarget, limits: Partial<ExecutorLimits> = {}): Promise<SqlExecutor> {
  return SqliteExecutor.open(target.path, { ...defaultLimits, ...limits });
}
