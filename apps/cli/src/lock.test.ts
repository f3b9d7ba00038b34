/** The lock of a folder: one holder, taken over from the dead, kept from the living. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockHolder, takeLock } from './lock.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'queryloop-lock-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test('a second command is refused while the first runs, and told which it is', () => {
  const lock = takeLock(home, 'run');
  expect(() => takeLock(home, 'quickstart')).toThrow(UserError);
  expect(() => takeLock(home, 'quickstart')).toThrow(`"queryloop run" (process ${process.pid}) is already running`);
  lock.release();
  takeLock(home, 'quickstart').release();
  expect(existsSync(join(home, 'lock'))).toBe(false);
});

test('the address of the services can be read by others', () => {
  const lock = takeLock(home, 'start');
  lock.announce('127.0.0.1:1234');
  expect(lockHolder(home)).toMatchObject({ command: 'start', address: '127.0.0.1:1234' });
  lock.release();
  expect(lockHolder(home)).toBeUndefined();
});

test('the lock of a dead process is taken over', () => {
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(home, 'lock'), JSON.stringify({ pid, start: '1', command: 'run' }));
  takeLock(home, 'run').release();
});

test('a later process with the same id does not count as the holder', () => {
  writeFileSync(join(home, 'lock'), JSON.stringify({ pid: process.pid, start: '1', command: 'run' }));
  takeLock(home, 'run').release();
});

test('a damaged lock file is taken over', () => {
  writeFileSync(join(home, 'lock'), '{');
  takeLock(home, 'run').release();
});
