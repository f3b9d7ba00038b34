/** A MariaDB server that is stopped, killed or restarted, and connections that others kill, are faults and change no outcome. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MariadbServer, startMariadb } from '../../../../infra/mariadb/launch.ts';
import { buildMariadb } from '../databases/build-mariadb.ts';
import type { Outcome, SqlExecutor } from './contract.ts';
import { suiteRows } from './contract-suite.fixture.ts';
import { openExecutor } from './open-executor.ts';

const folder = mkdtempSync(join(tmpdir(), 'mysql-faults-'));
const timeoutMs = 2_000;
/** Statements of which each takes some tens of milliseconds. */
const sqls = Array.from({ length: 200 }, (_, i) =>
  i % 10 === 0
    ? `SELECT absent${i} FROM Medal`
    : `SELECT COUNT(*) + ${i} FROM Medal a, (SELECT 1 FROM Medal LIMIT 100) b WHERE a.year > ${1900 + i}`,
);
let server: MariadbServer;
let executor: SqlExecutor;
let undisturbed: Outcome[];

beforeAll(async () => {
  server = await startMariadb({ folder });
  const schema = await buildMariadb(suiteRows, server.url);
  executor = await openExecutor({ database: server.url, schema }, { timeoutMs });
  undisturbed = await executor.executeAll(sqls);
}, 300_000);
afterAll(async () => {
  await executor?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** Runs all statements, again and again until `disturb` has come to its end; every outcome must be the undisturbed one. */
async function whileDisturbed(disturb: () => Promise<void>): Promise<void> {
  let over = false;
  const disturbance = disturb().finally(() => {
    over = true;
  });
  do expect(await executor.executeAll(sqls)).toEqual(undisturbed);
  while (!over);
  await disturbance;
}

test.each<NodeJS.Signals>(['SIGTERM', 'SIGKILL'])(
  'a server that is ended with %s and started again',
  async (signal) => {
    await whileDisturbed(async () => {
      await sleep(200);
      process.kill(server.pid, signal);
      await server.stop();
      await sleep(1_500);
      server = await startMariadb({ folder, port: server.port });
    });
  },
  120_000,
);

test('a server that stands still for longer than the limit', async () => {
  await whileDisturbed(async () => {
    await sleep(200);
    process.kill(server.pid, 'SIGSTOP');
    await sleep(2 * timeoutMs);
    process.kill(server.pid, 'SIGCONT');
    await sleep(200);
  });
}, 120_000);

test('connections and statements that others kill', async () => {
  const admin = await createConnection(server.url);
  let kills = 0;
  await whileDisturbed(async () => {
    for (let i = 0; i < 8; i += 1) {
      await sleep(300);
      const [rows] = await admin.query('SELECT id FROM information_schema.processlist WHERE user LIKE "ql%"');
      for (const { id } of rows as { id: number }[]) {
        await admin.query(`KILL ${i % 2 ? 'QUERY' : 'CONNECTION'} ${id}`).catch(() => undefined);
        kills += 1;
      }
    }
  });
  expect(kills).toBeGreaterThan(4);
  await admin.end();
}, 120_000);
