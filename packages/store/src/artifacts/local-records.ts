/** Records as files of a folder, which processes of several machines may share. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { explainWriteError } from './errors.ts';
import { publish, syncPath, withStagingFolder } from './staging.ts';
import type { Records } from './step-cache.ts';

/** Staged in the `.staging` of the artifacts in the same folder, and swept with it. */
export function openLocalRecords(folder: string): Records {
  return {
    read: (name) =>
      readFile(join(folder, name), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) return null;
        throw error;
      }),
    write: async (name, text) => {
      try {
        await withStagingFolder(join(folder, '.staging'), async (stagingFolder) => {
          const staged = join(stagingFolder, 'record');
          await writeFile(staged, text);
          await syncPath(staged);
          await publish(staged, join(folder, name));
        });
      } catch (error) {
        throw explainWriteError(error, folder);
      }
    },
  };
}
