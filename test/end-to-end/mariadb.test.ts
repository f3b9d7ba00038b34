/** The whole loop with MariaDB as the database that queries run on, and what a user is told when it cannot be used. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startMariadb } from '../../infra/mariadb/launch.ts';
import { lastJson, openWorkplace } from '../command-line.ts';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 120_000 });

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'queryloop-e2e-mariadb-'));
const workplace = openWorkplace();
let server: Awaited<ReturnType<typeof startMariadb>>;
beforeAll(async () => {
  server = await startMariadb({ folder });
});
afterAll(async () => {
  await server.stop();
  workplace.remove();
  rmSync(folder, { recursive: true, force: true });
});

test('a run on MariaDB', async () => {
  const outcome = await workplace.start([
    'run',
    smoke,
    '--set',
    `database=${server.url}`,
    '--set',
    'grpo.updates=2',
    '--json',
  ]).ended;
  expect(outcome.code, outcome.stderr).toBe(0);
  const { base, final } = lastJson<{ base: Record<string, number>; final: Record<string, number> }>(outcome);
  expect(base['n']).toBeGreaterThan(500);
  expect(final['failed']).toBeLessThan(final['n'] as number);
});

test.each([
  ['a wrong password', () => server.url.replace(/:[^:@/]+@/, ':wrong@')],
  ['a server that is not there', () => 'mysql://queryloop:secret@127.0.0.1:1/'],
])('%s ends with code 2 and a message without the password', async (_, database) => {
  const outcome = await workplace.start(['run', smoke, '--set', `database=${database()}`]).ended;
  expect(outcome.code).toBe(2);
  expect(outcome.stderr).toContain('127.0.0.1');
  expect(outcome.stderr).not.toMatch(/:wrong@|:secret@|^\s+at /m);
});
