/** Step: npm packages, Node 22 among them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { keepPackages, restorePackages } from './package-cache.mjs';
import { hashOf, packageFiles, projectNode, readStamp, root, workspaces } from './project.mjs';
import { runProgram } from './run-program.mjs';
import { SetUpError } from './set-up-error.mjs';

const stamp = join(root, 'node_modules', '.queryloop-packages');

export function packagesReady() {
  return readStamp(stamp) === hashOf(packageFiles()) && projectNode() !== null;
}

/** @param {(detail: string) => void} note @returns {Promise<string>} */
export async function installPackages(note) {
  rmSync(stamp, { force: true });
  const key = hashOf(packageFiles());
  if (restorePackages(key) && projectNode() !== null) {
    writeFileSync(stamp, key);
    return 'as installed before, from the cache';
  }
  note('npm is installing');
  // Not `npm ci`: it refuses a lock that lacks the optional packages of other platforms, which not every registry mirror has.
  // Install scripts stay off: the one that is needed, TensorFlow.js's, is a step of its own.
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
  const args = ['install', '--no-save', '--ignore-scripts', '--prefer-offline', ...quiet];
  const cli = process.env.npm_execpath;
  await (cli?.endsWith('.js')
    ? runProgram(process.execPath, [cli, ...args], { cwd: root })
    : runProgram('npm', args, { cwd: root }));
  if (projectNode() === null) {
    throw new SetUpError(
      `npm has no Node 22 for ${process.platform}-${process.arch}, and this is Node ${process.versions.node}`,
      'Install Node 22.18 or later of version 22 (https://nodejs.org) and run this again.',
    );
  }
  keepPackages(key, workspaces());
  writeFileSync(stamp, key);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  return `${Object.keys(packages).length} packages, Node ${(await runProgram(projectNode(), ['--version'])).trim()}`;
}
