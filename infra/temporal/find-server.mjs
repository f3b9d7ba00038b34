/** Finds the Temporal server's program: the `temporal` of this machine, else the one that set-up put into the cache. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { cacheFolder } from '../setup/cache-folder.mjs';

/** Version built or downloaded by set-up; part of the cached file's path, so that another version is made anew. */
export const temporalVersion = '1.5.1';

/** Where set-up puts the program. */
export function cachedTemporal() {
  return join(cacheFolder(), `temporal-${temporalVersion}`, 'temporal');
}

/** Path of a `temporal` that can be run, or null. @returns {string | null} */
export function findTemporal() {
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, 'temporal'));
  return [...onPath, cachedTemporal()].find(isProgram) ?? null;
}

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
