/** A real MLflow tracking server that asks for a password, on SQLite, in a folder of its own. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pythonTools } from '../../infra/python/install.ts';
import { freePort } from '../../infra/temporal/free-port.ts';

export interface MlflowTestServer {
  address: string;
  /** What lets in. */
  credentials: { MLFLOW_TRACKING_USERNAME: string; MLFLOW_TRACKING_PASSWORD: string };
  stop(): Promise<void>;
}

/** It makes its tables first, which takes a machine with other work a while. */
const startLimitMs = 300_000;

export async function startMlflow(): Promise<MlflowTestServer> {
  const { bin } = await pythonTools();
  const folder = await mkdtemp(join(tmpdir(), 'queryloop-mlflow-'));
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const password = randomBytes(12).toString('hex');
  const store = ['--backend-store-uri', `sqlite:///${join(folder, 'mlflow.db')}`];
  const files = ['--artifacts-destination', join(folder, 'files')];
  const where = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const log = join(folder, 'log');
  const child = spawn(join(bin, 'mlflow'), ['server', ...store, ...files, ...where, '--app-name', 'basic-auth'], {
    cwd: folder,
    // A group of its own: it starts processes that are to end with it.
    detached: true,
    env: {
      ...process.env,
      MLFLOW_AUTH_ADMIN_PASSWORD: password,
      MLFLOW_FLASK_SERVER_SECRET_KEY: password,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const file = createWriteStream(log);
  child.stdout.pipe(file);
  child.stderr.pipe(file);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const until = Date.now() + startLimitMs;
  while (!(await fetch(`${address}/health`).catch(() => null))?.ok) {
    if (child.exitCode !== null || Date.now() > until) {
      const said = await readFile(log, 'utf8');
      await stop();
      throw new Error(`MLflow's server did not start:\n${said.slice(-2000)}`);
    }
    await sleep(250);
  }
  return {
    address,
    credentials: { MLFLOW_TRACKING_USERNAME: 'admin', MLFLOW_TRACKING_PASSWORD: password },
    stop,
  };
}
