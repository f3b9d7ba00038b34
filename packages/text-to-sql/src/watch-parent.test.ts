import { type ChildProcess, spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** A child in an endless loop that takes `parent` for its parent. */
function endless(parent: number): { child: ChildProcess; ended: Promise<NodeJS.Signals | null> } {
  const module = JSON.stringify(new URL('./watch-parent.ts', import.meta.url).href);
  const code = `const { watchParent } = await import(${module}); watchParent(${parent}); console.log('looping'); for (;;);`;
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  started.push(child);
  return { child, ended: new Promise((resolve) => child.once('exit', (_code, signal) => resolve(signal))) };
}

test('a child whose parent was gone before it began to watch ends', async () => {
  const gone = spawn(process.execPath, ['--version'], { stdio: 'ignore' });
  await new Promise((resolve) => gone.once('exit', resolve));
  expect(await endless(gone.pid as number).ended).toBe('SIGKILL');
});

test('a child whose parent lives goes on', async () => {
  const { child, ended } = endless(process.pid);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  expect(child.exitCode ?? child.signalCode).toBe(null);
  child.kill('SIGTERM');
  expect(await ended).toBe('SIGTERM');
});
