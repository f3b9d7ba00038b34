/** A policy process with steps that show how it behaves: kept memory, progress, mistakes, hanging, dying. */
import { type ArtifactStore, type Step, UserError } from '@queryloop/contracts';
import { serveSteps } from '../../apps/worker/src/serve-steps.ts';

let calls = 0;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const steps: Record<string, Step<number, unknown>> = {
  count: async () => ({
    calls: ++calls,
    pid: process.pid,
    threads: process.env['TF_NUM_INTRAOP_THREADS'],
    device: process.env['QUERYLOOP_DEVICE'],
  }),
  noted: async () => {
    process.emitWarning('computes on the CPU', 'PolicyWarning');
    process.emitWarning('nothing of interest');
    await sleep(5);
  },
  progress: async (total, { progress }) => {
    for (let done = 1; done <= total; done++) {
      progress({ phase: 'counting', done, total });
      await sleep(5);
    }
    return 'counted';
  },
  mistake: async () => {
    throw new UserError({ message: 'no split "x"', field: 'dataset.dev', hint: 'use dev' });
  },
  lost: async () => {
    throw new UserError({ message: 'lost', artifact: { kind: 'rollout', hash: '0'.repeat(64), bytes: 1 } });
  },
  fault: async () => {
    throw new TypeError('lost');
  },
  die: async () => process.kill(process.pid, 'SIGKILL'),
  starve: async () => new ArrayBuffer(2 ** 50),
  devour: async () => {
    const kept: number[][] = [];
    for (;;) kept.push(Array.from({ length: 1e6 }, () => Math.random()));
  },
  block: async (ms) => {
    const end = Date.now() + ms;
    while (Date.now() < end);
    return 'computed';
  },
  wait: async (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  untilAborted: async (_, { signal }) => {
    while (!signal.aborted) await sleep(5);
    signal.throwIfAborted();
  },
};

serveSteps(
  Object.fromEntries(Object.entries(steps).map(([name, body]) => [name, async () => body])),
  { artifacts: {} as ArtifactStore, cacheFolder: '' },
  async () => ({ policies: 0, bytes: 0 }),
);
