/** Where an artifact is written before it gets its name: one folder per writer, swept when its writer is dead. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { filesUnder } from './content-hash.ts';

/** No writer takes this long: what is older was left behind, on whichever machine its writer was. */
const abandonedMs = 7 * 24 * 3600 * 1000;

/** Runs `use` with an empty folder under `root` and removes the folder after. */
export async function withStagingFolder<T>(root: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(root, `${hostname()}-${process.pid}-${randomUUID()}`);
  await makeFolder(root);
  await mkdir(folder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what writers left behind: of this machine those that no longer run, of others what is a week old. */
export async function sweepStaging(root: string): Promise<void> {
  for (const name of existsSync(root) ? await readdir(root) : []) {
    const folder = join(root, name);
    if (writerIsDead(name) || Date.now() - (await stat(folder)).mtimeMs > abandonedMs)
      await rm(folder, { recursive: true, force: true });
  }
}

/** Only a writer of this machine can be known to be dead: process numbers mean nothing elsewhere. */
function writerIsDead(name: string): boolean {
  const mine = `${hostname()}-`;
  const pid = name.startsWith(mine) ? Number(name.slice(mine.length).split('-', 1)[0]) : Number.NaN;
  return Number.isInteger(pid) && !isRunning(pid);
}

/** Gives a staged file or folder its final name, durably; a folder that stands there already is kept. */
export async function publish(staged: string, target: string): Promise<void> {
  await makeFolder(dirname(target));
  try {
    await rename(staged, target);
  } catch (error) {
    // Another writer of the same content was first; folders are never renamed over.
    if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
  await syncPath(dirname(target));
}

export async function syncFolder(folder: string): Promise<void> {
  for (const path of await filesUnder(folder)) await syncPath(join(folder, path));
  await syncPath(folder);
}

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Like mkdir -p, durable, and a read-only disk is reported as such: Node's recursive mkdir says ENOENT there. */
async function makeFolder(folder: string): Promise<void> {
  if (existsSync(folder)) return;
  await makeFolder(dirname(folder));
  try {
    await mkdir(folder);
  } catch (error) {
    // Another process was first.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !existsSync(folder)) throw error;
  }
  await syncPath(dirname(folder));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
