/** The lock of a folder: one holder, taken over from the dead, kept from the living. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
  lock.announce({ address: '127.0.0.1:1234' });
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

test('of several commands that find the lock of a dead process at one moment, one gets it', async () => {
  const places = Array.from({ length: 100 }, (_, place) => join(home, String(place)));
  for (const place of places) {
    mkdirSync(place);
    writeFileSync(join(place, 'lock'), JSON.stringify({ pid: process.pid, start: '1', command: 'run' }));
  }
  const taker = `
    const { takeLock } = await import(${JSON.stringify(new URL('./lock.ts', import.meta.url).href)});
    const { places, startMs } = JSON.parse(process.argv[1]);
    const held = places.filter((place, turn) => {
      while (Date.now() < startMs + 6 * turn);
      try { return takeLock(place, 'run'); } catch (error) { if (error.name !== 'UserError') throw error; }
    });
    process.stdout.write(JSON.stringify(held));
    process.stdin.resume();`;
  const flags = ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', taker];
  const given = JSON.stringify({ places, startMs: Date.now() + 2_000 });
  const takers = [1, 2, 3].map(() =>
    spawn(process.execPath, [...flags, given], { stdio: ['pipe', 'pipe', 'inherit'] }),
  );
  // All live until the last has had its turns, so that no lock is that of a dead process again.
  const held = await Promise.all(takers.map(async ({ stdout }) => String((await once(stdout, 'data'))[0])));
  for (const { stdin } of takers) stdin.end();
  expect(held.flatMap((list) => JSON.parse(list) as string[]).sort()).toEqual([...places].sort());
});
