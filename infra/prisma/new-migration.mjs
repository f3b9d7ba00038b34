/**
 * Writes the migration, one for each database, that leads from the schema of the last migration to the present one:
 * `node infra/prisma/new-migration.mjs <name>`. Prisma's schema engine runs as WebAssembly, which knows SQLite but not
 * MySQL; its SQLite migration is translated.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { deriveMysqlMigration } from './derive-mysql-migration.mjs';
import { deriveMysqlSchema } from './derive-mysql-schema.mjs';

const prismaFolder = fileURLToPath(new URL('../../prisma/', import.meta.url));
const migrations = join(prismaFolder, 'migrations');
/** The schema as the last migration left it. */
const migrated = join(migrations, 'schema.prisma');

const [name] = process.argv.slice(2);
if (!name) throw new Error('usage: node infra/prisma/new-migration.mjs <name>');
const schema = readFileSync(join(prismaFolder, 'schema.prisma'), 'utf8');
const sqlite = await difference(existsSync(migrated) ? readFileSync(migrated, 'utf8') : null, schema);
if (sqlite.includes('This is an empty migration')) {
  console.log('the schema has not changed since the last migration');
} else {
  writeMigration('sqlite', sqlite);
  writeFileSync(migrated, schema);
  writeMigration('mysql', deriveMysqlMigration(sqlite, deriveMysqlSchema(schema)));
}

async function difference(before, after) {
  const { SchemaEngine } = await loadEngine();
  const asDatamodel = (content) => ({
    tag: 'schemaDatamodel',
    files: [{ path: 'schema.prisma', content }],
    configDir: prismaFolder,
  });
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaBetterSqlite3({ url: ':memory:' }));
  const engine = await SchemaEngine.new({ datamodels: [['schema.prisma', after]] }, () => undefined, adapter);
  const { stdout } = await engine.diff({
    from: before === null ? { tag: 'empty' } : asDatamodel(before),
    to: asDatamodel(after),
    script: true,
    shadowDatabaseUrl: null,
    exitCode: null,
    filters: { externalTables: [], externalEnums: [] },
  });
  return stdout;
}

function writeMigration(database, sql) {
  const folder = join(migrations, database);
  mkdirSync(folder, { recursive: true });
  const number = String(readdirSync(folder).length + 1).padStart(4, '0');
  const target = join(folder, `${number}_${name}`);
  mkdirSync(target);
  writeFileSync(join(target, 'migration.sql'), sql);
  console.log(`wrote ${target}`);
}

async function loadEngine() {
  const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm'));
  const bindings = await import(pathToFileURL(join(folder, 'schema_engine_bg.js')).href);
  const module = await WebAssembly.compile(readFileSync(join(folder, 'schema_engine_bg.wasm')));
  const { exports } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  return bindings;
}
