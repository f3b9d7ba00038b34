/** A real Temporal server for a test file: its own folder, a free port, ended with the file. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTemporal } from '../infra/temporal/launch.ts';

export async function startTestServer(): Promise<{ address: string; folder: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'queryloop-temporal-'));
  const { address, stop } = await startTemporal({ folder, port: 0 });
  return {
    address,
    folder,
    stop: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
