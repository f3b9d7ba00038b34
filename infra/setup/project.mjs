/** Where the project is, the Node that runs it, and what must be installed anew when it changes. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const bin = join(root, 'node_modules', '.bin');

/** Node 22 from npm, else the one that runs this when it is 22.18 or later of version 22: TensorFlow.js fails on 23. @returns {string | null} */
export function projectNode() {
  const own = join(bin, 'node');
  if (existsSync(own)) return own;
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major === 22 && minor >= 18 ? process.execPath : null;
}

/** Hash over the named files of the project; a missing file counts as empty. @param {string[]} files */
export function hashOf(files) {
  const digest = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of files)
    digest.update(`${file}\n`).update(existsSync(join(root, file)) ? readFileSync(join(root, file)) : '');
  return digest.digest('hex');
}

/** Folders of the npm workspaces, as package.json names them. */
export function workspaces() {
  const groups = ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => `${group}/${name}`),
  );
  return ['activities', ...groups.sort(), 'workflows'];
}

/** package.json of the root and of every workspace, with the lock. */
export function packageFiles() {
  return ['package-lock.json', 'package.json', ...workspaces().map((folder) => `${folder}/package.json`)];
}

/** Content of a stamp file, by which a step knows that it has been done. @param {string} file */
export function readStamp(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
