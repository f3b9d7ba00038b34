/** A finished run as one folder or archive that others can read and verify (docs/export.md). */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { openArtifacts, type Store } from '@queryloop/store';
import { isArchive, pack } from './archive.ts';
import type { Build } from './describe-build.ts';
import { readRun } from './read-run.ts';
import { type ExportOptions, writeExport } from './write-export.ts';

export interface ExportRequest extends Pick<ExportOptions, 'rollouts' | 'onProgress'> {
  /** Folder, or file that ends in .tar.gz. */
  to: string;
  /** Replace an earlier export of that name. */
  force: boolean;
  /** Where artifacts are, as of `foldersOf`. */
  home: string;
  /** Asked for once the run is known to be one that can be exported: it takes seconds. */
  build(): Promise<Build>;
  signal: AbortSignal;
}

export interface Exported {
  runId: string;
  /** Absolute path. */
  to: string;
  /** Head of the hash chain: it stands for the whole export. */
  head: string;
  updates: number;
  files: number;
  /** Unpacked. */
  bytes: number;
  rollouts: boolean;
}

/** Throws UserError for a run that is not known or has not finished, a target that is there already, and a lost artifact. */
export async function exportRun(
  store: Store,
  runId: string,
  { to, rollouts, force, home, build, onProgress, signal }: ExportRequest,
): Promise<Exported> {
  const target = resolve(to);
  if (existsSync(target) && !force)
    throw new UserError({
      message: `--to ${to}: is there already`,
      field: '--to',
      hint: 'Give another name, or --force to replace it.',
    });
  if (force) await refuseToReplace(target, home);
  const finished = await readRun(store, runId);
  const options = { rollouts, build: await build(), onProgress };
  // Beside the target, so that what is whole takes its name in one move.
  const staging = await makeBeside(target);
  try {
    const folder = join(staging, isArchive(target) ? runId : 'export');
    await mkdir(folder);
    const { head, updates, files } = await writeExport(folder, finished, openArtifacts(home), options);
    const whole = isArchive(target) ? join(staging, 'export.tar.gz') : folder;
    if (isArchive(target)) await pack(folder, whole);
    signal.throwIfAborted();
    if (force) await rm(target, { recursive: true, force: true });
    await rename(whole, target);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    return { runId, to: target, head, updates: updates.length, files: files.length, bytes, rollouts };
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

async function makeBeside(target: string): Promise<string> {
  try {
    await mkdir(dirname(target), { recursive: true });
    return await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  } catch (error) {
    throw new UserError({ message: `--to ${target}: cannot be written: ${(error as Error).message}`, field: '--to' });
  }
}

/** --force replaces an earlier export, and nothing that may be dear to somebody. */
async function refuseToReplace(target: string, home: string): Promise<void> {
  const found = await stat(target).catch(() => null);
  if (found === null) return;
  const earlier = found.isDirectory() ? existsSync(join(target, 'manifest.json')) : isArchive(target);
  if (earlier && !home.startsWith(target)) return;
  throw new UserError({
    message: `--to ${target}: is no export, so --force does not replace it`,
    field: '--to',
    hint: 'Give another name.',
  });
}
