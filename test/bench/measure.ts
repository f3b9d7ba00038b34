/** What every part of the bench needs: medians, seconds of a piece of work, work in a process of its own, printed tables. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { tensorflowEnvironment } from '@queryloop/policy';

/** Threads of TensorFlow and of the peer, as in the default config. */
export const threads = 2;

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export interface Timed<T> {
  value: T;
  /** By the clock. */
  seconds: number;
  /** Of processor time, all threads of this process together: other work on the machine does not count. */
  cpuSeconds: number;
}

/** Awaits `work`; gives what it gave and how long it took. */
export async function timed<T>(work: () => T | Promise<T>): Promise<Timed<T>> {
  const before = process.cpuUsage();
  const start = performance.now();
  const value = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(before);
  return { value, seconds, cpuSeconds: (user + system) / 1e6 };
}

/**
 * Runs `module`, which calls `answer`, in a process of its own with TensorFlow's environment, part of which the C library
 * reads only at its start. Rejects when the process ends without an answer.
 */
export function inOwnProcess<Output>(
  module: URL,
  input: unknown,
  environment: Record<string, string> = {},
): Promise<Output> {
  const env = { ...process.env, ...tensorflowEnvironment(threads), ...environment };
  const child = fork(fileURLToPath(module), [JSON.stringify(input)], { env, stdio: ['ignore', 2, 2, 'ipc'] });
  return new Promise((resolve, reject) => {
    let output: Output | undefined;
    child.on('message', (message) => {
      output = message as Output;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) =>
      output === undefined ? reject(new Error(`${module.pathname} ended with ${code ?? signal}`)) : resolve(output),
    );
  });
}

/** The other side of `inOwnProcess`: sends what `work` makes of the input, then ends the process. */
export async function answer<Input>(work: (input: Input) => Promise<unknown>): Promise<void> {
  const output = await work(JSON.parse(process.argv[2] ?? '{}') as Input);
  process.send?.(output, () => process.exit(0));
}

/** Prints rows under a title, columns aligned: the first to the left, figures to the right. */
export function printTable(title: string, header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  console.log([`\n${title}`, line(header), ...rows.map(line)].map((text) => text.trimEnd()).join('\n'));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
