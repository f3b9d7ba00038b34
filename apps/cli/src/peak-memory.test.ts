/** Memory of a process tree: a child that holds memory counts. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { treeBytes, watchPeakMemory } from './peak-memory.ts';

test('counts children, and keeps the peak after they are gone', async () => {
  const watch = watchPeakMemory();
  const before = treeBytes(process.pid);
  const child = spawn(process.execPath, [
    '-e',
    'const held = Buffer.alloc(3e8, 1); console.log(held.length); setInterval(() => held, 1000)',
  ]);
  await once(child.stdout, 'data');
  const during = treeBytes(process.pid);
  expect(during - before).toBeGreaterThan(2.5e8);
  await new Promise((resolve) => setTimeout(resolve, 700));
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(watch.stop()).toBeGreaterThan((before + 2.5e8) / 1e6);
});
