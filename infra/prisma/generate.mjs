/** Writes the MySQL schema and generates the Prisma clients of both databases. `--migration <name>` also writes the migration that brings the checked-in ones up to date. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { deriveMysqlSchema } from './derive-mysql-schema.mjs';

const prismaFolder = fileURLToPath(new URL('../../prisma/', import.meta.url));
const sqliteSchema = `${prismaFolder}schema.prisma`;
const mysqlSchema = `${prismaFolder}mysql/schema.prisma`;

mkdirSync(`${prismaFolder}mysql`, { recursive: true });
const derived = deriveMysqlSchema(readFileSync(sqliteSchema, 'utf8'));
if (readOrEmpty(mysqlSchema) !== derived) writeFileSync(mysqlSchema, derived);
for (const schema of [sqliteSchema, mysqlSchema]) generate(schema);

/** `generate` needs no schema engine; naming any program keeps the command from downloading one. */
function generate(schema) {
  const command = createRequire(import.meta.url).resolve('prisma/build/index.js');
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, 'generate', '--no-hints', '--schema', schema],
    {
      encoding: 'utf8',
      cwd: prismaFolder,
      env: {
        ...process.env,
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        CHECKPOINT_DISABLE: '1',
        PRISMA_HIDE_UPDATE_MESSAGE: '1',
      },
    },
  );
  if (status !== 0) throw new Error(`prisma generate failed for ${schema}:\n${stdout}${stderr}`);
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
