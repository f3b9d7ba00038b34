/** Runs the `queryloop` command as a user does: its own process, in a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../apps/cli/bin/queryloop.mjs', import.meta.url));

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

interface RunningCommand {
  child: ChildProcess;
  /** Resolves when the command printed a text, on either stream; rejects when it ended without. */
  printed(text: string): Promise<void>;
  ended: Promise<Outcome>;
  /** What was printed so far. */
  output(): Pick<Outcome, 'stdout' | 'stderr'>;
}

export interface Workplace {
  folder: string;
  /** Starts a command; `environment` is added to this process's own. */
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): RunningCommand;
  remove(): void;
}

/** A fresh folder to run commands in. */
export function openWorkplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-cli-'));
  return {
    folder,
    start: (args, environment = {}) => startCommand(folder, args, environment),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

function startCommand(cwd: string, args: readonly string[], environment: NodeJS.ProcessEnv): RunningCommand {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = { stdout: '', stderr: '' };
  const listeners = new Set<() => void>();
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      output[stream] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Outcome>((resolve) => child.on('close', (code) => resolve({ code, ...output })));
  const printed = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (!output.stdout.includes(text) && !output.stderr.includes(text)) return;
        listeners.delete(check);
        resolve();
      };
      listeners.add(check);
      void ended.then(({ code }) =>
        reject(new Error(`ended with ${code} without printing "${text}":\n${output.stdout}${output.stderr}`)),
      );
      check();
    });
  return { child, printed, ended, output: () => ({ ...output }) };
}

/** The JSON document in the last line of stdout. */
export function lastJson<T>({ stdout }: Outcome): T {
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as T;
}

/** Processes below `root` whose command line holds a text. */
export function descendants(root: number, text: string): number[] {
  const processes = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
        return [{ pid, parent, command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ') }];
      } catch {
        return [];
      }
    });
  const below = (pid: number): typeof processes =>
    processes.filter(({ parent }) => parent === pid).flatMap((child) => [child, ...below(child.pid)]);
  return below(root)
    .filter(({ command }) => command.includes(text))
    .map(({ pid }) => pid);
}
