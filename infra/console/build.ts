/** Builds the console's pages when their sources have changed since the last build; several processes may ask at once. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '@queryloop/contracts';
import { takeLock } from '../setup/lock.mjs';
import { runProgram } from '../setup/run-program.mjs';

export const consoleFolder = fileURLToPath(new URL('../../apps/console/', import.meta.url));
export const nextProgram = createRequire(join(consoleFolder, 'package.json')).resolve('next/dist/bin/next');
const lockFile = fileURLToPath(new URL('../../package-lock.json', import.meta.url));

/** Written last: a build without it was broken off. */
const stamp = 'BUILT';
/** One may still be served by another process while the next is made. */
const keptBuilds = 2;

export interface BuildOptions {
  /** Hears that a build begins. */
  onBuild?: (() => void) | undefined;
  /** Breaks it off. */
  signal?: AbortSignal | undefined;
}

/**
 * Folder of the present build, relative to apps/console: `.next/<hash of the sources>`. Building takes about a minute.
 * @throws UserError when Next refuses the sources
 */
export async function buildConsole({ onBuild, signal }: BuildOptions = {}): Promise<string> {
  const folder = join('.next', sourceHash());
  const done = join(consoleFolder, folder, stamp);
  if (existsSync(done)) return folder;
  const release = await takeLock(join(consoleFolder, '.next', 'lock'), () => undefined);
  try {
    if (existsSync(done)) return folder;
    onBuild?.();
    await runNext(folder, signal);
    writeFileSync(done, '');
    removeOldBuilds();
  } finally {
    release();
  }
  return folder;
}

async function runNext(folder: string, signal: AbortSignal | undefined): Promise<void> {
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    QUERYLOOP_CONSOLE_BUILD: folder,
    NEXT_TELEMETRY_DISABLED: '1',
    CI: '1',
  };
  try {
    await runProgram(process.execPath, [nextProgram, 'build', '--webpack'], { cwd: consoleFolder, env, signal });
  } catch (error) {
    rmSync(join(consoleFolder, folder), { recursive: true, force: true });
    signal?.throwIfAborted();
    throw new UserError({ message: `the console could not be built: ${(error as Error).message.slice(-2000)}` });
  }
}

/** First 12 hex digits of the SHA-256 over every file that goes into the build: the console's own and the lock of its packages. */
function sourceHash(): string {
  const digest = createHash('sha256');
  const top = ['package.json', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json'];
  const sources = readdirSync(join(consoleFolder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [lockFile, ...top.map((name) => join(consoleFolder, name)), ...sources])
    digest.update(`${file.slice(consoleFolder.length)}\n`).update(readFileSync(file));
  return digest.digest('hex').slice(0, 12);
}

function removeOldBuilds(): void {
  const all = join(consoleFolder, '.next');
  const builds = readdirSync(all)
    .filter((name) => existsSync(join(all, name, stamp)))
    .sort((a, b) => statSync(join(all, b, stamp)).mtimeMs - statSync(join(all, a, stamp)).mtimeMs);
  for (const old of builds.slice(keptBuilds)) rmSync(join(all, old), { recursive: true, force: true });
}
