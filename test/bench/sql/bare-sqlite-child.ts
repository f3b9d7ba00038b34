/** A process of the bare pool: runs the statements of a message to their last row and sends all rows back. */
import { createRequire } from 'node:module';
import { registerMysqlFunctions } from '../../../packages/text-to-sql/src/executors/mysql-functions.ts';

// The very driver that the executor uses: the root may hold another version of it.
const driver = createRequire(new URL('../../../packages/text-to-sql/package.json', import.meta.url));
type SqliteDatabase = Parameters<typeof registerMysqlFunctions>[0];
const Database = driver('better-sqlite3') as new (file: string, options: object) => SqliteDatabase;

const database = new Database(process.argv[2] ?? '', { readonly: true });
registerMysqlFunctions(database);
process.on('message', (statements: string[]) => {
  process.send?.(statements.map((sql) => database.prepare(sql).raw().all()));
});
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
