/** The services a run needs: those of a running `queryloop start` or TEMPORAL_ADDRESS, else embedded ones started here. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { type Folders, foldersOf } from '@queryloop/contracts/folders';
import { Client, Connection } from '@temporalio/client';
import { lockHolder, takeLock } from './lock.ts';
import { superviseWorker } from './supervise-worker.ts';

export interface Platform {
  client: Client;
  address: string;
  folders: Folders;
  /** Rejects when a service cannot be kept alive. */
  failed: Promise<never>;
  /** Ends what was started here, and nothing else. */
  stop(): Promise<void>;
}

export interface PlatformOptions {
  /** Shown to someone who starts a second command in the same folder. */
  command: string;
  /** Hears about services that were started again. */
  notice(text: string): void;
  /** Called on an embedded server before workers start, while nothing runs yet. */
  beforeWork?(client: Client): Promise<void>;
}

/** Connects to the services, or takes the folder's lock and starts them. Throws UserError when another command holds it. */
export async function openPlatform({ command, notice, beforeWork }: PlatformOptions): Promise<Platform> {
  const folders = foldersOf();
  const running = lockHolder(folders.home);
  if (running?.command === 'start' && running.address !== undefined && command !== 'start') {
    const client = await connectTo(running.address);
    return {
      client,
      address: running.address,
      folders,
      failed: new Promise(() => undefined),
      stop: () => client.connection.close(),
    };
  }

  const lock = takeLock(folders.home, command);
  const undo: (() => unknown)[] = [lock.release];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    mkdirSync(folders.logs, { recursive: true });
    const address = await temporalAddress(folders, undo);
    const client = await connectTo(address);
    undo.push(() => client.connection.close());
    // On a server of others, their runs are none of this command's business.
    if (!process.env['TEMPORAL_ADDRESS']) await beforeWork?.(client);
    const worker = await superviseWorker(folders, address, (why) =>
      notice(`the worker ended (${why}) and was started again`),
    );
    undo.push(() => worker.stop());
    lock.announce(address);
    return { client, address, folders, failed: worker.failed, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function temporalAddress(folders: Folders, undo: (() => unknown)[]): Promise<string> {
  const given = process.env['TEMPORAL_ADDRESS'];
  if (given) return given;
  const { startTemporal } = await import('../../../infra/temporal/launch.ts');
  const temporal = await startTemporal({ folder: join(folders.home, 'temporal') });
  undo.push(() => temporal.stop());
  return temporal.address;
}

async function connectTo(address: string): Promise<Client> {
  try {
    const namespace = process.env['TEMPORAL_NAMESPACE'] ?? 'default';
    return new Client({ connection: await Connection.connect({ address, connectTimeout: '5 seconds' }), namespace });
  } catch {
    throw new UserError({
      message: `Temporal at ${address} does not answer`,
      field: 'TEMPORAL_ADDRESS',
      hint: 'Start the server there, or unset TEMPORAL_ADDRESS to use the embedded one.',
    });
  }
}
