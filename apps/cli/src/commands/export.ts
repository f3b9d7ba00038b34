/** `queryloop export`: a finished run as one folder or archive that others can read and verify. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts } from '@queryloop/store/artifacts';
import { isArchive, pack } from '../export/archive.ts';
import { describeBuild } from '../export/describe-build.ts';
import { readRun } from '../export/read-run.ts';
import { writeExport } from '../export/write-export.ts';
import { openScreen, progressBar } from '../screen.ts';

export interface ExportCommandOptions {
  to: string;
  rollouts: boolean;
  force: boolean;
  json: boolean;
}

export async function exportRun(
  runId: string,
  { to, rollouts, force, json }: ExportCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const screen = openScreen({ json });
  const target = resolve(to);
  if (existsSync(target) && !force)
    throw new UserError({
      message: `--to ${to}: is there already`,
      field: '--to',
      hint: 'Give another name, or --force to replace it.',
    });
  const { home } = foldersOf();
  if (force) await refuseToReplace(target, home);
  const finished = await readRun(home, runId);
  const build = await describeBuild(signal);
  // Beside the target, so that what is whole takes its name in one move.
  const staging = await makeBeside(target);
  try {
    const folder = join(staging, isArchive(target) ? runId : 'export');
    await mkdir(folder);
    const manifest = await writeExport(folder, finished, openArtifacts(home), {
      rollouts,
      build,
      onProgress: (what, done, total) => {
        signal.throwIfAborted();
        screen.live(`${progressBar(done, total)}  ${what}`);
      },
    });
    const whole = isArchive(target) ? join(staging, 'export.tar.gz') : folder;
    if (isArchive(target)) await pack(folder, whole);
    signal.throwIfAborted();
    if (force) await rm(target, { recursive: true, force: true });
    await rename(whole, target);
    const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
    screen.line(`exported run ${runId} to ${to}`);
    screen.line(
      `  ${manifest.updates.length} updates, ${manifest.files.length} files, ${(bytes / 1e6).toFixed(1)} MB${isArchive(target) ? ' unpacked' : ''}`,
    );
    screen.line(`  head of the hash chain: ${manifest.head}`);
    screen.line(`check it, here or elsewhere: queryloop verify ${to}`);
    if (json) {
      const { head, files, updates } = manifest;
      const document = { runId, to: target, head, updates: updates.length, files: files.length, bytes, rollouts };
      process.stdout.write(`${JSON.stringify(document)}\n`);
    }
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
