/** Step: Prisma's clients for SQLite and MySQL, generated from prisma/schema.prisma. Migrations are applied when a store is opened. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashOf, projectNode, readStamp, root } from './project.mjs';
import { runProgram } from './run-program.mjs';

const generated = join(root, 'packages', 'store', 'src', 'generated');
const stamp = join(generated, '.queryloop-generated');
const key = () => hashOf(['prisma/schema.prisma', 'infra/prisma/derive-mysql-schema.mjs', 'package-lock.json']);

export function prismaClientReady() {
  return (
    readStamp(stamp) === key() &&
    ['sqlite', 'mysql'].every((database) => existsSync(join(generated, database, 'client.ts')))
  );
}

export async function generatePrismaClient() {
  await runProgram(projectNode(), [join(root, 'infra', 'prisma', 'generate.mjs')], { cwd: root });
  writeFileSync(stamp, key());
  return 'clients for SQLite and MySQL';
}
