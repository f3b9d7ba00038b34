/** Makes a folder of the cache whole or not at all. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';

/**
 * Has `fill` make a folder beside `target`, then renames it, so that a half made one is never used.
 * @param {string} target @param {(staging: string) => Promise<unknown>} fill
 */
export async function keepFolder(target, fill) {
  const staging = `${target}.${process.pid}`;
  rmSync(staging, { recursive: true, force: true });
  mkdirSync(staging, { recursive: true });
  try {
    await fill(staging);
    rmSync(target, { recursive: true, force: true });
    renameSync(staging, target);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}
