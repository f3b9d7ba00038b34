/** The services a command needs: those of another command in this folder or of TEMPORAL_ADDRESS, else embedded ones started here. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { type Folders, foldersOf } from '@queryloop/contracts/folders';
import { connectTo } from '@queryloop/control/connect';
import type { Client } from '@temporalio/client';
import { RunFailed } from './exit-code.ts';
import { type LockHolder, lockHolder, type Services, takeLock } from './lock.ts';
import { superviseWorker } from './supervise-worker.ts';

export interface Platform {
  client: Client;
  address: string;
  folders: Folders;
  /** Rejects when a service cannot be kept alive, or the command whose services these are has ended. */
  failed: Promise<never>;
  /** Tells other commands of one more service that was started here; does nothing on services of others. */
  announce(services: Services): void;
  /** Ends what was started here, and nothing else. */
  stop(): Promise<void>;
}

export interface PlatformOptions {
  /** Shown to someone who starts a second command in the same folder. */
  command: string;
  /** Whose services may be used: those of `queryloop start` (the default), or of any command in this folder. */
  attach?: 'start' | 'any';
  /** False: start no worker; others work on the queues. */
  worker?: boolean;
  /** Hears about services that were started again. */
  notice(text: string): void;
  /** Called on an embedded server before workers start, while nothing runs yet. */
  beforeWork?(client: Client): Promise<void>;
}

/** Connects to the services, or takes the folder's lock and starts them. Throws UserError when another command holds it. */
export async function openPlatform(options: PlatformOptions): Promise<Platform> {
  const folders = foldersOf();
  const given = process.env['TEMPORAL_ADDRESS'];
  const holder = lockHolder(folders.home);
  const mayAttach = holder?.command === 'start' ? options.command !== 'start' : options.attach === 'any';
  if (mayAttach && holder?.address !== undefined && (given ?? holder.address) === holder.address)
    return await attachTo(holder, folders);
  if (options.worker === false) return await connectOnly(given, folders);
  return await startServices(options, folders);
}

/** Where services that this command may use are to be found now, if anywhere. */
export function addressOfServices(): string | undefined {
  return process.env['TEMPORAL_ADDRESS'] ?? lockHolder(foldersOf().home)?.address;
}

async function attachTo(holder: LockHolder, folders: Folders): Promise<Platform> {
  const address = holder.address as string;
  const client = await connectTo(address);
  let timer: NodeJS.Timeout | undefined;
  const failed = new Promise<never>((_, reject) => {
    timer = setInterval(() => {
      if (lockHolder(folders.home)?.pid === holder.pid) return;
      reject(new RunFailed(`"queryloop ${holder.command}", whose services this command used, has ended`));
    }, 1_000);
  });
  failed.catch(() => undefined);
  const stop = async (): Promise<void> => {
    clearInterval(timer);
    await client.connection.close();
  };
  return { client, address, folders, failed, announce: () => undefined, stop };
}

async function connectOnly(address: string | undefined, folders: Folders): Promise<Platform> {
  if (address === undefined) {
    throw new UserError({
      message: '--no-worker: there are no other services to use',
      field: '--no-worker',
      hint: 'Set TEMPORAL_ADDRESS to a server that has workers, or leave --no-worker out.',
    });
  }
  const client = await connectTo(address);
  const failed = new Promise<never>(() => undefined);
  return { client, address, folders, failed, announce: () => undefined, stop: () => client.connection.close() };
}

async function startServices({ command, notice, beforeWork }: PlatformOptions, folders: Folders): Promise<Platform> {
  const lock = takeLock(folders.home, command);
  const undo: (() => unknown)[] = [lock.release];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const again = (service: string) => (why: string) => notice(`${service} ended (${why}) and was started again`);
  try {
    mkdirSync(folders.logs, { recursive: true });
    const { startTemporal } = await import('../../../infra/temporal/launch.ts');
    const temporal = await startTemporal({ folder: join(folders.home, 'temporal'), onRestart: again('Temporal') });
    undo.push(() => temporal.stop());
    const { address } = temporal;
    const client = await connectTo(address);
    undo.push(() => client.connection.close());
    // On a server of others, their runs are none of this command's business.
    if (!process.env['TEMPORAL_ADDRESS']) await beforeWork?.(client);
    const worker = await superviseWorker(folders, address, {
      onRestart: again('the worker'),
      onMetrics: (metrics) => lock.announce({ metrics }),
    });
    undo.push(() => worker.stop());
    lock.announce({ address });
    const failed = failureOf(temporal.failed, worker.failed);
    return { client, address, folders, failed, announce: lock.announce, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A service that does not stay up ends the command in plain words. */
function failureOf(...services: Promise<never>[]): Promise<never> {
  const failed = Promise.race(services).catch((error: unknown) => {
    throw error instanceof UserError ? error : new RunFailed(error instanceof Error ? error.message : String(error));
  });
  failed.catch(() => undefined);
  return failed;
}
