/**
 * Artifacts as objects of a bucket. A value is `<kind>/<first two digits>/<hash>.json`. A folder is one object a file, under
 * `<kind>/<first two digits>/<hash>/`, and last of all its file list, `<hash>.list`: without it there is no artifact, so a
 * reader sees the whole folder or none. The list's SHA-256 is the artifact's hash.
 */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ArtifactRef, ArtifactStore } from '@queryloop/contracts';
import { canonicalJson } from '../canonical-json.ts';
import { type FileList, hashText, listFolder } from '../content-hash.ts';
import { damagedArtifact, lostArtifact } from '../errors.ts';
import type { Bucket } from './bucket.ts';

/** A download with the wrong hash is repeated after these pauses before the artifact counts as damaged. */
const pausesMs = [200, 1000];

/** What went wrong with one download; the next may be whole. */
class WrongContent extends Error {}

/** @param cache Local store that everything written or read goes through; verified like any other, it may be emptied at any time */
export function openS3ArtifactStore(bucket: Bucket, cache: ArtifactStore): ArtifactStore {
  const base = ({ kind, hash }: ArtifactRef): string => `${kind}/${hash.slice(0, 2)}/${hash}`;
  const valueKey = (ref: ArtifactRef): string => `${base(ref)}.json`;
  const listKey = (ref: ArtifactRef): string => `${base(ref)}.list`;

  /** The object as a text with the right hash; null when it is not there. */
  const fetchText = async (key: string, { hash }: ArtifactRef): Promise<string | null> => {
    const text = await bucket.getText(key);
    if (text === null) return null;
    const found = hashText(text).hash;
    if (found !== hash) throw new WrongContent(`now has the hash ${found}`);
    return text;
  };

  const fetchFolder = async (ref: ArtifactRef): Promise<boolean> => {
    const text = await fetchText(listKey(ref), ref);
    if (text === null) return false;
    const fetched = await cache.putFolder(ref.kind, async (folder) => {
      for (const [path] of JSON.parse(text) as FileList) {
        await mkdir(dirname(join(folder, path)), { recursive: true });
        const key = `${base(ref)}/${path}`;
        if (!(await bucket.getFile(key, join(folder, path)))) throw new WrongContent(`has lost its file ${path}`);
      }
    });
    if (fetched.hash === ref.hash) return true;
    await cache.remove(fetched);
    throw new WrongContent('has files that are not those of its list');
  };

  const fetchValue = async (ref: ArtifactRef): Promise<boolean> => {
    const text = await fetchText(valueKey(ref), ref);
    if (text !== null) await cache.putJson(ref.kind, JSON.parse(text));
    return text !== null;
  };

  /** Puts the artifact's first object aside, so that `has` tells everybody that it must be made again. */
  const setAside = async (ref: ArtifactRef, found: string): Promise<Error> => {
    for (const key of [listKey(ref), valueKey(ref)]) {
      const text = await bucket.getText(key);
      if (text === null) continue;
      await bucket.putText(`.damaged/${key}`, text);
      await bucket.remove(key);
    }
    return damagedArtifact(ref, bucket.address(base(ref)), found);
  };

  /** Brings the artifact into the cache, verified. */
  const fetchArtifact = async (ref: ArtifactRef): Promise<void> => {
    for (const pause of [...pausesMs, null]) {
      try {
        if ((await fetchFolder(ref)) || (await fetchValue(ref))) return;
        throw lostArtifact(ref, bucket.address(base(ref)));
      } catch (error) {
        if (!(error instanceof WrongContent)) throw error;
        if (pause === null) throw await setAside(ref, error.message);
        await sleep(pause);
      }
    }
  };

  /** Reads from the cache, which is filled first when it lacks the artifact or holds a damaged copy. */
  const cached = async <T>(ref: ArtifactRef, read: () => Promise<T>): Promise<T> => {
    try {
      return await read();
    } catch {
      await fetchArtifact(ref);
      return await read();
    }
  };

  return {
    putJson: async (kind, value) => {
      const ref = await cache.putJson(kind, value);
      if ((await bucket.size(valueKey(ref))) !== ref.bytes) await bucket.putText(valueKey(ref), canonicalJson(value));
      return ref;
    },
    putFolder: async (kind, write) => {
      const ref = await cache.putFolder(kind, write);
      if ((await bucket.size(listKey(ref))) !== null) return ref;
      const folder = await cache.path(ref);
      const { list } = await listFolder(folder);
      for (const [path] of list) await bucket.putFile(`${base(ref)}/${path}`, join(folder, path));
      await bucket.putText(listKey(ref), canonicalJson(list));
      return ref;
    },
    getJson: <T>(ref: ArtifactRef) => cached(ref, () => cache.getJson<T>(ref)),
    path: (ref) => cached(ref, () => cache.path(ref)),
    has: async (ref) => {
      const [list, value] = await Promise.all([bucket.size(listKey(ref)), bucket.size(valueKey(ref))]);
      return list !== null || value === ref.bytes;
    },
    remove: async (ref) => {
      await bucket.remove(listKey(ref));
      await bucket.remove(valueKey(ref));
      for (const key of await bucket.keys(`${base(ref)}/`)) await bucket.remove(key);
      await cache.remove(ref);
    },
  };
}
