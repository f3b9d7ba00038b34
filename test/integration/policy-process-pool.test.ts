/** Several policy processes, real: steps spread over the free ones, and a run finds its policy where it left it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { PolicyPool } from '../../apps/worker/src/policy-pool.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-policy-pool-'));
const entry = fileURLToPath(new URL('./policy-process-steps.ts', import.meta.url));
let pool: PolicyPool;
afterEach(() => {
  pool.stop();
  rmSync(folder, { recursive: true, force: true });
});

const count = async (owner: string): Promise<{ calls: number; pid: number }> =>
  (await pool.run('count', 0, { threads: 1, owner })) as { calls: number; pid: number };

test('a run goes on in the process it was in last, another run in the other', async () => {
  pool = new PolicyPool(2, { logFile: join(folder, 'policy.log'), entry });
  const a = await count('a');
  const b = await count('b');
  expect(b.pid).not.toBe(a.pid);
  expect(await count('a')).toEqual({ ...a, calls: 2 });
  expect(await count('b')).toEqual({ ...b, calls: 2 });
  expect(await count('c')).toEqual({ ...a, calls: 3 });
});

test('steps run side by side, and one too many waits for the first that ends', async () => {
  pool = new PolicyPool(2, { logFile: join(folder, 'policy.log'), entry });
  const abort = new AbortController();
  const endless = pool.run('untilAborted', 0, { threads: 1, owner: 'a', signal: abort.signal });
  const ended: string[] = [];
  const other = pool.run('progress', 20, { threads: 1, owner: 'b' }).then(() => ended.push('b'));
  await Promise.all([other, count('c').then(() => ended.push('c'))]);
  expect(ended).toEqual(['b', 'c']);
  abort.abort();
  await expect(endless).rejects.toThrow(/abort/);
});

test('a process that dies fails its own step only', async () => {
  pool = new PolicyPool(2, { logFile: join(folder, 'policy.log'), entry });
  const [dead, counted] = await Promise.allSettled([
    pool.run('die', 0, { threads: 1, owner: 'a' }),
    pool.run('progress', 100, { threads: 1, owner: 'b' }),
  ]);
  expect([dead.status, counted.status]).toEqual(['rejected', 'fulfilled']);
  expect(await count('a')).toMatchObject({ calls: 1 });
});
