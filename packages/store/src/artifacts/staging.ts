/** Where an artifact is written before it gets its name: one folder per writer, swept when its writer is dead. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { filesUnder } from './content-hash.ts';

/** Runs `use` with an empty folder under `root` and removes the folder after. */
export async function withStagingFolder<T>(root: string, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(root, `${hostname()}-${process.pid}-${randomUUID()}`);
  await makeFolder(folder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Removes what writers of this machine that no longer run left behind. */
export async function sweepStaging(root: string): Promise<void> {
  const mine = `${hostname()}-`;
  for (const name of existsSync(root) ? await readdir(root) : []) {
    const pid = name.startsWith(mine) ? Number(name.slice(mine.length).split('-', 1)[0]) : Number.NaN;
    if (Number.isInteger(pid) && !isRunning(pid)) await rm(join(root, name), { recursive: true, force: true });
  }
}

/** Flushes a staged file or folder to the disk and gives it its final name; one that stands there already is kept. */
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

/** Like mkdir -p, but a read-only disk is reported as such: Node's recursive mkdir says ENOENT there. */
async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    let missing = folder;
    while (!existsSync(dirname(missing))) missing = dirname(missing);
    await mkdir(missing);
    await mkdir(folder, { recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
