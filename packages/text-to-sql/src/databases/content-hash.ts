/** Names a database by its content. */
import { createHash } from 'node:crypto';
import type { DatabaseSchema, TableRows } from './schema.ts';

/** SHA-256 of schema and rows, in hex. */
export function contentHash(rows: TableRows, schema: DatabaseSchema): string {
  const hash = createHash('sha256').update(JSON.stringify(schema));
  for (const { name } of schema.tables) hash.update(`\n${name}\n`).update(JSON.stringify(rows[name] ?? []));
  return hash.digest('hex');
}
