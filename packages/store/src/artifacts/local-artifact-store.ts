/** Artifacts as files of a local folder: `<kind>/<first two digits>/<hash>.json`, or a folder `<kind>/<first two digits>/<hash>`. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactKind, ArtifactRef, ArtifactStore } from '@queryloop/contracts';
import { canonicalJson } from './canonical-json.ts';
import { type Content, hashFile, hashFolder, hashText } from './content-hash.ts';
import { damagedArtifact, explainWriteError, lostArtifact } from './errors.ts';
import { publish, sweepStaging, syncFolder, syncPath, withStagingFolder } from './staging.ts';

/** The artifact store of a working folder: `<home>/artifacts`, where `home` is its `.queryloop`. */
export function openArtifacts(home: string): ArtifactStore {
  return openLocalArtifactStore(join(home, 'artifacts'));
}

/** Opens `folder`, which is made with the first artifact. Several processes may use it at once. */
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

  const locate = async (ref: ArtifactRef): Promise<string> => {
    const path = [`${place(ref)}.json`, place(ref)].find((candidate) => existsSync(candidate));
    if (path === undefined) throw lostArtifact(ref, place(ref));
    if (verified.has(path)) return path;
    const { hash } = (await stat(path)).isDirectory() ? await hashFolder(path) : await hashFile(path);
    if (hash !== ref.hash) throw damagedArtifact(ref, path, hash);
    verified.add(path);
    return path;
  };

  /** Whether the artifact stands there undamaged; a damaged one is cleared away for the good copy at hand. */
  const isWhole = async (ref: ArtifactRef): Promise<boolean> => {
    const found = [`${place(ref)}.json`, place(ref)].filter((path) => existsSync(path));
    if (found.length === 0) return false;
    const whole = await locate(ref).then(
      () => true,
      () => false,
    );
    if (!whole) for (const path of found) await rm(path, { recursive: true, force: true });
    return whole;
  };

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
    getJson: async <T>(ref: ArtifactRef) => JSON.parse(await readFile(await locate(ref), 'utf8')) as T,
    path: locate,
    has: async (ref) => existsSync(`${place(ref)}.json`) || existsSync(place(ref)),
  };
}
