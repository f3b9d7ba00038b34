/** The embedded server comes up beside a taken port, keeps what it was told over a restart, and ends when asked. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, expect, test } from 'vitest';
import { freePort } from './free-port.ts';
import { startTemporal } from './launch.ts';
import { waitUntilServing } from './serving.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-temporal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function withClient<T>(address: string, use: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await use(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

test('a workflow started before a restart is there after it, though the wanted port is taken', async () => {
  const port = await freePort();
  const squatter = createServer().listen(port, '127.0.0.1');
  const first = await startTemporal({ folder, port });
  expect(first.address).not.toBe(`127.0.0.1:${port}`);
  await withClient(first.address, (client) =>
    client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody' }),
  );
  await first.stop();
  squatter.close();

  const second = await startTemporal({ folder, port: await freePort() });
  const { status } = await withClient(second.address, (client) => client.workflow.getHandle('kept').describe());
  expect(status.name).toBe('RUNNING');
  await second.stop();
  await expect(Connection.connect({ address: second.address, connectTimeout: 500 })).rejects.toThrow();
});

test('the server of a killed command is ended by the next start in its folder', async () => {
  const home = join(folder, 'killed');
  const launch = new URL('./launch.ts', import.meta.url).href;
  const source = `const { startTemporal } = await import('${launch}');
    console.log((await startTemporal({ folder: ${JSON.stringify(home)}, port: 0 })).address); setInterval(() => {}, 1000);`;
  const command = spawn(process.execPath, ['--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(command.stdout, 'data')) as [Buffer];
  command.kill('SIGKILL');
  const next = await startTemporal({ folder: home, port: await freePort() });
  await expect(Connection.connect({ address: said.toString().trim(), connectTimeout: 500 })).rejects.toThrow();
  await next.stop();
});

test('a server that dies is started again on its port and goes on with what it was told', async () => {
  const home = join(folder, 'dies');
  let restarted: (why: string) => void = () => undefined;
  const why = new Promise<string>((resolve) => {
    restarted = resolve;
  });
  const server = await startTemporal({ folder: home, port: 0, onRestart: (cause) => restarted(cause) });
  await withClient(server.address, async (client) => {
    await client.workflow.start('waits', { workflowId: 'kept', taskQueue: 'nobody' });
    const { pid } = JSON.parse(readFileSync(join(home, 'server.pid'), 'utf8')) as { pid: number };
    process.kill(pid, 'SIGKILL');
    expect(await why).toBe('SIGKILL');
    await waitUntilServing(server.address);
    const { status } = await client.workflow.getHandle('kept').describe();
    expect(status.name).toBe('RUNNING');
  });
  await server.stop();
});
