/** Both databases hold one model: schemas, migrations and what they make agree. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { deriveMysqlMigration } from './derive-mysql-migration.mjs';
import { deriveMysqlSchema } from './derive-mysql-schema.mjs';

const prisma = fileURLToPath(new URL('../../prisma/', import.meta.url));
const read = (path: string): string => readFileSync(prisma + path, 'utf8');
const migrations = (database: string): string => {
  const folders = readdirSync(`${prisma}migrations/${database}`).sort();
  return folders.map((name) => read(`migrations/${database}/${name}/migration.sql`)).join('\n');
};

/** Model to its columns: fields that are not relations. */
function columnsOf(schema: string): Record<string, string[]> {
  const models = [...schema.matchAll(/^model (\w+) \{([^}]*)\}/gm)].map(
    ([, name = '', body = '']) => [name, body] as const,
  );
  const names = new Set(models.map(([name]) => name));
  const fields = (body: string) =>
    [...body.matchAll(/^ {2}(\w+)\s+(\w+)/gm)].filter(([, , type = '']) => !names.has(type));
  return Object.fromEntries(
    models.map(([name, body]) => [
      name,
      fields(body)
        .map(([, field = '']) => field)
        .sort(),
    ]),
  );
}

test('the MySQL schema is the one derived from the SQLite schema', () => {
  expect(read('mysql/schema.prisma')).toBe(deriveMysqlSchema(read('schema.prisma')));
});

test('the last migration has brought the schema up to date', () => {
  expect(read('migrations/schema.prisma')).toBe(read('schema.prisma'));
});

test('the migrations make the tables and columns of the schema in SQLite', () => {
  const database = new Database(':memory:');
  database.exec(migrations('sqlite'));
  const tables = Object.keys(columnsOf(read('schema.prisma')));
  const columns = (table: string) =>
    (database.pragma(`table_info("${table}")`) as { name: string }[]).map(({ name }) => name).sort();
  expect(Object.fromEntries(tables.map((table) => [table, columns(table)]))).toEqual(columnsOf(read('schema.prisma')));
});

test('the migrations make the same tables and columns in MySQL', () => {
  const script = migrations('mysql');
  const tables: Record<string, string[]> = {};
  for (const [, kind, table = '', body = ''] of script.matchAll(/^(CREATE|ALTER) TABLE `(\w+)`([^;]*);/gm)) {
    if (kind === 'CREATE') tables[table] = [];
    const columns = tables[table] ?? [];
    for (const [, drops, column = ''] of body.matchAll(/^ +(?:ADD COLUMN |(DROP COLUMN ))?`(\w+)`/gm)) {
      if (drops === undefined) columns.push(column);
      else columns.splice(columns.indexOf(column), 1);
    }
  }
  const sorted = Object.entries(tables).map(([table, columns]) => [table, columns.toSorted()] as const);
  expect(Object.fromEntries(sorted)).toEqual(columnsOf(read('schema.prisma')));
  expect(script.match(/CREATE (UNIQUE )?INDEX/g)).toHaveLength(
    migrations('sqlite').match(/CREATE (UNIQUE )?INDEX/g)?.length ?? -1,
  );
});

test('a migration that SQLite does by rebuilding a table is left to a person', () => {
  expect(() => deriveMysqlMigration('-- RedefineTables\nPRAGMA foreign_keys=OFF;', '')).toThrow('by hand');
});
