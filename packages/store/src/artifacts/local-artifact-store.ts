/** Artifacts as files of a folder: `<kind>/<first two digits>/<hash>.json`, or a folder `<kind>/<first two digits>/<hash>`. */
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { ArtifactKind, ArtifactRef, ArtifactStore } from '@queryloop/contracts';
import { canonicalJson } from './canonical-json.ts';
import { type Content, hashFile, hashFolder, hashText } from './content-hash.ts';
import { damagedArtifact, explainWriteError, lostArtifact } from './errors.ts';
import { publish, sweepStaging, syncFolder, syncPath, withStagingFolder } from './staging.ts';

/** Opens `folder`, which is made with the first artifact. Several processes, of several machines too, may use it at once. */
export function openLocalArtifactStore(folder: string): ArtifactStore {
  const staging = join(folder, '.staging');
  const place = ({ kind, hash }: Pick<ArtifactRef, 'kind' | 'hash'>): string =>
    join(folder, kind, hash.slice(0, 2), hash);
  const verified = new Set<string>();
  const swept = sweepStaging(staging).catch(() => undefined);

  /** Stages what `write` makes, then gives it its name; the disk's refusals become UserErrors. */
  const put = async (
    kind: ArtifactKind,
    suffix: string,
    write: (stagingFolder: string) => Promise<{ staged: string; content: Content }>,
  ): Promise<ArtifactRef> => {
    await swept;
    try {
      return await withStagingFolder(staging, async (stagingFolder) => {
        const { staged, content } = await write(stagingFolder);
        const ref: ArtifactRef = { kind, ...content };
        if (await isWhole(ref)) return ref;
        await (suffix === '' ? syncFolder(staged) : syncPath(staged));
        await publish(staged, place(ref) + suffix);
        return ref;
      });
    } catch (error) {
      throw explainWriteError(error, folder);
    }
  };

  /** Where the artifact stands, whole or not; a file of another size than the artifact's counts as damaged. */
  const find = async (ref: ArtifactRef): Promise<{ path: string; isFolder: boolean; rightSize: boolean } | null> => {
    const file = await statOrNull(`${place(ref)}.json`);
    if (file !== null) return { path: `${place(ref)}.json`, isFolder: false, rightSize: file.size === ref.bytes };
    return (await statOrNull(place(ref))) && { path: place(ref), isFolder: true, rightSize: true };
  };

  /**
   * Moves a damaged artifact to `.damaged`, so that `has` tells everybody that it must be made again. What may not be moved
   * (a read-only folder) stays.
   */
  const setAside = async (ref: ArtifactRef, path: string, found: string): Promise<Error> => {
    const aside = join(folder, '.damaged', `${ref.kind}-${basename(path)}`);
    try {
      await mkdir(join(folder, '.damaged'), { recursive: true });
      await rm(aside, { recursive: true, force: true });
      await rename(path, aside);
    } catch {
      // The error that is returned says what matters.
    }
    return damagedArtifact(ref, path, `now has the hash ${found}`);
  };

  const locate = async (ref: ArtifactRef): Promise<string> => {
    const found = await find(ref);
    if (found === null) throw lostArtifact(ref, place(ref));
    const { path, isFolder, rightSize } = found;
    if (verified.has(path) && rightSize) return path;
    const { hash } = await (isFolder ? hashFolder(path) : hashFile(path));
    if (hash !== ref.hash) throw await setAside(ref, path, hash);
    verified.add(path);
    return path;
  };

  const isWhole = (ref: ArtifactRef): Promise<boolean> =>
    locate(ref).then(
      () => true,
      () => false,
    );

  return {
    putJson: async (kind, value) => {
      const text = canonicalJson(value);
      return put(kind, '.json', async (stagingFolder) => {
        const staged = join(stagingFolder, 'value');
        await writeFile(staged, text, { mode: 0o444 });
        return { staged, content: hashText(text) };
      });
    },
    putFolder: (kind, write) =>
      put(kind, '', async (stagingFolder) => {
        const staged = join(stagingFolder, 'content');
        await mkdir(staged);
        await write(staged);
        return { staged, content: await hashFolder(staged) };
      }),
    getJson: async <T>(ref: ArtifactRef) => {
      const path = `${place(ref)}.json`;
      const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? lostArtifact(ref, path) : error;
      });
      const { hash } = hashText(text);
      if (hash !== ref.hash) throw await setAside(ref, path, hash);
      return JSON.parse(text) as T;
    },
    path: locate,
    has: async (ref) => (await find(ref))?.rightSize === true,
    remove: async (ref) => {
      const found = await find(ref);
      if (found === null) return;
      verified.delete(found.path);
      try {
        // Out of sight in one move: nobody may see a folder with half of its files.
        await withStagingFolder(staging, (stagingFolder) => rename(found.path, join(stagingFolder, 'removed')));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw explainWriteError(error, folder);
      }
    },
  };
}

async function statOrNull(path: string): Promise<{ size: number } | null> {
  try {
    return await stat(path);
  } catch (error) {
    // ENOTDIR: a file stands where a folder is needed; writing will say so.
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
