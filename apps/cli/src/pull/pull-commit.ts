/** Makes a model's folder that of one commit of its repository, and says what comes. */
import { readFile } from 'node:fs/promises';
import { takeLock } from '../lock.ts';
import { progressBar, type Screen } from '../screen.ts';
import { type FetchOptions, fetchBeside, fetchFile } from './fetch-file.ts';
import type { Hub, HubRepo } from './hub.ts';
import { type HubFile, indexFile, neededFiles } from './needed-files.ts';
import { type PulledRecord, removeOtherRecord, writeRecord } from './pulled-record.ts';
import { removeOthers } from './remove-others.ts';
import { shardsOf } from './shards.ts';

export interface PullInto {
  folder: string;
  screen: Screen;
  signal: AbortSignal;
}

/**
 * Fetches what is not in the folder yet and removes what the commit does not have. Throws UserError when the repository is of no use to
 * a policy (an earlier commit in the folder then stays), when another pull of it runs, and what fetchFile throws.
 */
export async function pullCommit(hub: Hub, repo: HubRepo, { folder, screen, signal }: PullInto): Promise<PulledRecord> {
  const { commit, files: listed } = await hub.list(repo);
  // By its commit: a branch may move while files are coming.
  const from = ({ path }: HubFile, onProgress: FetchOptions['onProgress']): FetchOptions => ({
    bytes: (start) => hub.bytes({ name: repo.name, revision: commit }, path, start),
    onProgress,
    signal,
  });
  let files = neededFiles(listed, repo.name);
  const index = files.find(({ path }) => path === indexFile);
  const lock = takeLock(folder, 'pull');
  try {
    if (index) {
      const text = await readFile(
        await fetchBeside(
          index,
          folder,
          from(index, () => undefined),
        ),
        'utf8',
      );
      files = neededFiles(listed, repo.name, shardsOf(text, repo.name));
    }
    const total = files.reduce((sum, { size }) => sum + size, 0);
    screen.line(
      `${repo.name} at ${repo.revision} is commit ${commit.slice(0, 12)}: ${files.length} files, ${megabytes(total)}`,
    );
    const record = { repo: repo.name, revision: repo.revision, commit, files };
    await removeOtherRecord(folder, record);
    let before = 0;
    for (const file of files) {
      const onProgress = (done: number) => screen.live(`${progressBar(before + done, total)}  ${file.path}`);
      await fetchFile(file, folder, from(file, onProgress));
      before += file.size;
      screen.line(`  ${file.path}  ${megabytes(file.size)}`);
    }
    for (const name of await removeOthers(folder, files)) screen.line(`  ${name} removed: not in this commit`);
    await writeRecord(folder, record);
    return record;
  } finally {
    lock.release();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
