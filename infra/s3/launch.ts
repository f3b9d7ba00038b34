/**
 * Starts a small S3 server (s3rver) on a folder, as a process of its own: for tests, and for trying a bucket on one machine.
 * It takes requests from this machine only and does not check secret keys; a cluster wants a real service (infra/docker).
 */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../temporal/free-port.ts';

export interface S3Server {
  endpoint: string;
  bucket: string;
  /** Makes a process keep its artifacts in the bucket. */
  environment: Record<
    'QUERYLOOP_ARTIFACTS' | 'QUERYLOOP_S3_ENDPOINT' | 'AWS_ACCESS_KEY_ID' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_REGION',
    string
  >;
  pid: number;
  port: number;
  /** Ends the server; its folder stays, and a later start goes on with it. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface S3Options {
  /** Holds the objects; made when missing. */
  folder: string;
  bucket?: string;
  /** A free port when left out. */
  port?: number;
}

const startTimeoutMs = 30_000;
/** s3rver knows one account. */
const key = 'S3RVER';

/** @throws Error with what the server said when it does not come up */
export async function startS3({ folder, bucket = 'queryloop', port: wanted }: S3Options): Promise<S3Server> {
  mkdirSync(folder, { recursive: true });
  const port = await freePort(wanted);
  if (wanted !== undefined && port !== wanted) throw new Error(`port ${wanted} on 127.0.0.1 is taken`);
  const require = createRequire(import.meta.url);
  const program = require.resolve('s3rver/bin/s3rver.js');
  const options = ['--silent', '--directory', folder, '--address', '127.0.0.1', '--port', String(port)];
  const child = spawn(process.execPath, [program, ...options, '--configure-bucket', bucket], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-2000);
  });
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const done = (error?: unknown): void => {
      if (error instanceof Error) said += error.message;
      ended = true;
      resolve();
    };
    child.once('exit', done).once('error', done);
  });
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
    process.removeListener('exit', kill);
    if (!ended) child.kill(signal);
    await exited;
  };

  const deadline = Date.now() + startTimeoutMs;
  while (!ended && !(await accepts(port)) && Date.now() < deadline) await sleep(50);
  if (ended || !(await accepts(port))) {
    await stop('SIGKILL');
    throw new Error(`the S3 server did not start in ${folder}: ${said.trim() || 'it did not answer within 30 s'}`);
  }
  const endpoint = `http://127.0.0.1:${port}`;
  const environment = {
    QUERYLOOP_ARTIFACTS: `s3://${bucket}`,
    QUERYLOOP_S3_ENDPOINT: endpoint,
    AWS_ACCESS_KEY_ID: key,
    AWS_SECRET_ACCESS_KEY: key,
    AWS_REGION: 'us-east-1',
  };
  return { endpoint, bucket, environment, pid: child.pid ?? 0, port, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (open: boolean) => (): void => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', answer(true)).once('error', answer(false));
  });
}
