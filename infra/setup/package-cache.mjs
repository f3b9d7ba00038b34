/** Installed packages kept in the cache as hard links: a fresh clone with the same lock has them in seconds, at no cost of disk. */
import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import { cacheFolder } from './cache-folder.mjs';
import { root } from './project.mjs';

const keptDays = 14;

/** Fills the clone's node_modules folders from the cache; false when they are not there or the disk has no hard links between the two. @param {string} key */
export function restorePackages(key) {
  const kept = place(key);
  if (!existsSync(kept) || existsSync(join(root, 'node_modules'))) return false;
  try {
    for (const folder of readdirSync(kept)) linkTree(join(kept, folder), join(root, decodeURIComponent(folder)));
    return true;
  } catch {
    return false;
  }
}

/** Keeps the node_modules folders just installed, and drops those that no clone has asked for in a while. @param {string} key @param {string[]} workspaces */
export function keepPackages(key, workspaces) {
  const staging = `${place(key)}.${process.pid}`;
  try {
    for (const folder of ['.', ...workspaces].map((workspace) => join(workspace, 'node_modules'))) {
      if (existsSync(join(root, folder))) linkTree(join(root, folder), join(staging, encodeURIComponent(folder)));
    }
    rmSync(place(key), { recursive: true, force: true });
    renameSync(staging, place(key));
    dropOld();
  } catch {
    // Only a convenience: a disk without hard links installs with npm each time.
    rmSync(staging, { recursive: true, force: true });
  }
}

const place = (key) => join(cacheFolder(), `packages-${key.slice(0, 16)}`);

function dropOld() {
  for (const name of readdirSync(cacheFolder())) {
    const folder = join(cacheFolder(), name);
    const ageDays = (Date.now() - statSync(folder).mtimeMs) / 86_400_000;
    if (name.startsWith('packages-') && ageDays > keptDays) rmSync(folder, { recursive: true, force: true });
  }
}

function linkTree(from, to) {
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) linkTree(source, target);
    else if (entry.isSymbolicLink()) symlinkSync(readlinkSync(source), target);
    else linkSync(source, target);
  }
}
