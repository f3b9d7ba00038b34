/** A real server of completions, llama.cpp's, with the weights of a policy's folder; it can be killed and started again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pythonTools } from '../../infra/python/install.ts';
import { runProgram } from '../../infra/setup/run-program.mjs';
import { freePort } from '../../infra/temporal/free-port.ts';

export interface LlamaServer {
  /** Up to and with /v1. */
  url: string;
  model: string;
  /** Starts it, at the same address as before. */
  start(): Promise<void>;
  /** As a crash would: nothing is finished, connections are cut. */
  kill(): Promise<void>;
  /** Kills it and removes its files. */
  remove(): Promise<void>;
}

const startLimitMs = 60_000;
const scriptOf = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** Converts a policy's folder (Llama, float32) and serves it, float32 as well. */
export async function serveFolder(policy: string, { model = 'policy' } = {}): Promise<LlamaServer> {
  const python = join((await pythonTools()).bin, 'python');
  const folder = await mkdtemp(join(tmpdir(), 'queryloop-llama-'));
  const weights = join(folder, 'policy.gguf');
  await runProgram(python, [scriptOf('./make_gguf.py'), policy, weights]);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/v1`;
  let child: ChildProcess | undefined;

  const kill = async (): Promise<void> => {
    const running = child;
    child = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => running.once('exit', () => resolve()));
    running.kill('SIGKILL');
    await ended;
  };
  const start = async (): Promise<void> => {
    const started = spawn(python, [scriptOf('./serve_gguf.py'), weights, model, String(port)], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    child = started;
    let said = '';
    started.stderr?.on('data', (text) => {
      said = `${said}${text}`.slice(-4000);
    });
    const until = Date.now() + startLimitMs;
    while (!(await fetch(`${url}/models`).catch(() => null))?.ok) {
      if (started.exitCode !== null || Date.now() > until)
        throw new Error(`llama.cpp's server did not start:\n${said}`);
      await sleep(50);
    }
  };
  await start();
  return {
    ...{ url, model, start, kill },
    remove: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
