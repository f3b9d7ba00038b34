/** The policy process, real and alone: what it keeps, how it reports, and how it is replaced. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type StepProgress, UserError } from '@queryloop/contracts';
import { PolicyProcess } from '@queryloop/worker';
import { afterEach, expect, test, vi } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-policy-process-'));
const entry = fileURLToPath(new URL('./policy-process-steps.ts', import.meta.url));
const open = (options: object = {}): PolicyProcess =>
  (policy = new PolicyProcess({ logFile: join(folder, 'policy.log'), entry, ...options }));
let policy: PolicyProcess;
afterEach(() => {
  policy.stop();
  rmSync(folder, { recursive: true, force: true });
});

const threads = 2;
type Count = { calls: number; pid: number; threads: string; device: string };

test('keeps its memory from step to step, and is replaced when the number of threads changes', async () => {
  open();
  const first = (await policy.run('count', 0, { threads })) as Count;
  const second = (await policy.run('count', 0, { threads })) as Count;
  expect(second).toEqual({ ...first, calls: 2 });
  expect(first.threads).toBe('2');
  const other = (await policy.run('count', 0, { threads: 1 })) as Count;
  expect(other).toMatchObject({ calls: 1, threads: '1' });
  expect(other.pid).not.toBe(first.pid);
});

test('is told its device, replaced for another one, and its note of it is heard', async () => {
  open();
  const notes: string[] = [];
  const first = (await policy.run('count', 0, { threads })) as Count;
  expect(first.device).toBe('cpu');
  expect(await policy.run('count', 0, { threads, device: 'cpu' })).toEqual({ ...first, calls: 2 });
  expect(await policy.run('count', 0, { threads, device: 'auto' })).toMatchObject({ calls: 1, device: 'auto' });
  await policy.run('noted', 0, { threads, device: 'auto', onNote: (note) => notes.push(note) });
  expect(notes).toEqual(['computes on the CPU']);
});

test('runs one step at a time, in order, with progress', async () => {
  open();
  const seen: StepProgress[] = [];
  const outputs = await Promise.all([
    policy.run('progress', 20, { threads, onProgress: (progress) => seen.push(progress) }),
    policy.run('count', 0, { threads }),
  ]);
  expect(outputs).toMatchObject(['counted', { calls: 1 }]);
  expect(seen.at(-1)).toEqual({ phase: 'counting', done: 20, total: 20 });
});

test('tells a mistake of the user from a fault', async () => {
  open();
  const mistake = await policy.run('mistake', 0, { threads }).catch((error: unknown) => error);
  expect(mistake).toBeInstanceOf(UserError);
  expect(mistake).toMatchObject({ message: 'no split "x"', field: 'dataset.dev', hint: 'use dev' });
  await expect(policy.run('fault', 0, { threads })).rejects.toMatchObject({ name: 'TypeError', message: 'lost' });
});

test('fails the step when the process dies, and starts a fresh one for the next', async () => {
  open();
  await expect(policy.run('die', 0, { threads })).rejects.toThrow(/policy process ended \(SIGKILL\)/);
  expect(await policy.run('count', 0, { threads })).toMatchObject({ calls: 1 });
});

test('says that memory ran out, and begins afresh', async () => {
  open();
  const { pid } = (await policy.run('count', 0, { threads })) as Count;
  await expect(policy.run('starve', 0, { threads })).rejects.toThrow(/^out of memory: Array buffer/);
  const { pid: next } = (await policy.run('count', 0, { threads })) as Count;
  expect(next).not.toBe(pid);
});

test('says so too when V8 ends the process', async () => {
  vi.stubEnv('NODE_OPTIONS', '--max-old-space-size=64');
  open();
  await expect(policy.run('devour', 0, { threads })).rejects.toThrow(
    'out of memory: JavaScript heap out of memory; the policy process ended',
  );
  vi.unstubAllEnvs();
  expect(await policy.run('count', 0, { threads })).toMatchObject({ calls: 1 });
});

test('names the artifact that a step could not have', async () => {
  open();
  const artifact = { kind: 'rollout', hash: '0'.repeat(64), bytes: 1 };
  await expect(policy.run('lost', 0, { threads })).rejects.toMatchObject({ name: 'UserError', artifact });
});

test('ends a process that neither reports nor computes: stopped, or blocked in a call', async () => {
  open({ silence: { idleMs: 1_500, busyMs: 60_000 } });
  const { pid } = (await policy.run('count', 0, { threads })) as Count;
  const stopped = policy.run('progress', 1_000, { threads, onProgress: () => process.kill(pid, 'SIGSTOP') });
  await expect(stopped).rejects.toThrow(/reported nothing for \d/);
  expect(await policy.run('count', 0, { threads })).toMatchObject({ calls: 1 });
  await expect(policy.run('wait', 60_000, { threads })).rejects.toThrow(/reported nothing for \d/);
});

test('lets a process compute in silence, but not for ever', async () => {
  open({ silence: { idleMs: 1_000, busyMs: 4_000 } });
  await policy.run('count', 0, { threads });
  let alive = 0;
  expect(await policy.run('block', 2_500, { threads, onAlive: () => alive++ })).toBe('computed');
  expect(alive).toBeGreaterThan(0);
  await expect(policy.run('block', 60_000, { threads })).rejects.toThrow(/reported nothing for \d/);
});

test('cancels: a step that listens stops by itself, one that is blocked is ended', async () => {
  open({ graceMs: 300 });
  const cancelled = async (step: string): Promise<unknown> => {
    const abort = new AbortController();
    const running = policy.run(step, 60_000, { threads, signal: abort.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    abort.abort();
    return await running.catch((error: unknown) => error);
  };
  const { pid } = (await policy.run('count', 0, { threads })) as Count;
  expect(await cancelled('untilAborted')).toMatchObject({ name: 'AbortError' });
  expect(policy.pid).toBe(pid);
  expect(await cancelled('block')).toMatchObject({ message: expect.stringMatching(/cancelled/) as string });
  expect(await policy.run('count', 0, { threads })).toMatchObject({ calls: 1 });
});

test('a step that is cancelled while its process is being started is not begun', async () => {
  open();
  const abort = new AbortController();
  const running = policy.run('block', 2_000, { threads, signal: abort.signal });
  // Its turn has come by now; the process is not there yet.
  await Promise.resolve();
  await Promise.resolve();
  expect(policy.pid).toBeUndefined();
  abort.abort();
  await expect(running).rejects.toMatchObject({ name: 'AbortError' });
  expect(await policy.run('count', 0, { threads })).toMatchObject({ calls: 1 });
});
