/** `queryloop pull`: brings a model of the Hugging Face hub into the models folder, where `policy.folder` finds it by name. */
import { relative } from 'node:path';
import { UserError } from '@queryloop/contracts';
import { modelFolder } from '@queryloop/contracts/folders';
import { takeLock } from '../lock.ts';
import { fetchFile } from '../pull/fetch-file.ts';
import { openHub } from '../pull/hub.ts';
import { neededFiles } from '../pull/needed-files.ts';
import { removeOtherRecord, writeRecord } from '../pull/pulled-record.ts';
import { removeOthers } from '../pull/remove-others.ts';
import { openScreen, progressBar } from '../screen.ts';

export interface PullOptions {
  revision: string;
  json: boolean;
}

export async function pull(repo: string, { revision, json }: PullOptions, signal: AbortSignal): Promise<void> {
  const named = revision === 'main' ? repo : `${repo}@${revision}`;
  const folder = modelFolder(named);
  if (folder === null)
    throw new UserError({
      message: `${repo} is not the name of a model on the hub`,
      field: 'repo',
      hint: 'Give owner/name, for example HuggingFaceTB/SmolLM2-135M.',
    });
  const screen = openScreen({ json });
  const hub = openHub();
  const { commit, files: listed } = await hub.list({ name: repo, revision });
  const files = neededFiles(listed, repo);
  const total = files.reduce((sum, { size }) => sum + size, 0);
  screen.line(`${named} is commit ${commit.slice(0, 12)}: ${files.length} files, ${megabytes(total)}`);
  const record = { repo, revision, commit, files };
  const lock = takeLock(folder, 'pull');
  try {
    await removeOtherRecord(folder, record);
    let before = 0;
    for (const file of files) {
      await fetchFile(file, folder, {
        // By its commit: a branch may move while files are coming.
        bytes: (start) => hub.bytes({ name: repo, revision: commit }, file.path, start),
        onProgress: (done) => screen.live(`${progressBar(before + done, total)}  ${file.path}`),
        signal,
      });
      before += file.size;
      screen.line(`  ${file.path}  ${megabytes(file.size)}`);
    }
    for (const name of await removeOthers(folder, files)) screen.line(`  ${name} removed: not in this commit`);
    await writeRecord(folder, record);
  } finally {
    lock.release();
  }
  screen.line(`in ${relative('.', folder)}; use it with policy.folder: ${named}`);
  if (json) process.stdout.write(`${JSON.stringify({ folder, ...record })}\n`);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
