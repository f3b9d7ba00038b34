/** Set-ups wait for each other, and never for one that has died. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { takeLock } from './lock.mjs';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-lock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const nothing = (): void => undefined;

test('the second waits until the first gives the lock back', async () => {
  const lock = join(folder, 'shared');
  const release = await takeLock(lock, nothing);
  const order: string[] = [];
  const second = takeLock(lock, () => order.push('waits')).then((give) => {
    order.push('has it');
    give();
  });
  await sleep(300);
  order.push('given back');
  release();
  await second;
  expect(order).toEqual(['waits', 'given back', 'has it']);
  expect(existsSync(lock)).toBe(false);
});

test('a lock whose owner has died is taken over', async () => {
  const lock = join(folder, 'dead');
  mkdirSync(lock);
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ host: hostname(), pid }));
  (await takeLock(lock, nothing))();
});
