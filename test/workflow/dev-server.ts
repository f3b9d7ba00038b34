/** A real Temporal server in memory, with settings of its own: quick, and gone with the process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { findTemporal } from '../../infra/temporal/find-server.mjs';
import { freePort } from '../../infra/temporal/free-port.ts';
import { isServing } from '../../infra/temporal/serving.ts';

export interface DevServer {
  address: string;
  stop(): Promise<void>;
}

/** `settings`: the server's dynamic configuration, e.g. after how many events it suggests to continue as new. */
export async function startDevServer(settings: Record<string, number> = {}): Promise<DevServer> {
  const program = findTemporal();
  if (program === null) throw new Error('no Temporal server program: run "npm run setup"');
  const port = await freePort(0);
  const address = `127.0.0.1:${port}`;
  const values = Object.entries(settings).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]);
  const child = spawn(
    program,
    ['server', 'start-dev', '--headless', '--log-level', 'error', '--ip', '127.0.0.1', '--port', `${port}`, ...values],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  while (!(await isServing(address))) {
    if (child.exitCode !== null) throw new Error(`the Temporal server ended with exit code ${child.exitCode}`);
    await sleep(100);
  }
  return {
    address,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
