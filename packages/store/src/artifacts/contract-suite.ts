/** What every artifact store must do; each implementation's test runs it. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactStore } from '@queryloop/contracts';
import { expect, test } from 'vitest';

const absent = { kind: 'rollout', hash: '0'.repeat(64), bytes: 1 } as const;

/** Registers the tests; `open` gives a store, on the same content at each call. */
export function artifactStoreContract(open: () => ArtifactStore): void {
  test('gives back the JSON it was given', async () => {
    const value = { b: [1, 2.5, null], a: { text: 'Björn "O\'Neil"' }, gone: undefined };
    const ref = await open().putJson('rollout', value);
    expect(await open().getJson(ref)).toEqual({ b: [1, 2.5, null], a: { text: 'Björn "O\'Neil"' } });
    expect(JSON.parse(await readFile(await open().path(ref), 'utf8'))).toEqual({ b: value.b, a: value.a });
  });

  test('gives the same value the same reference, whatever the order of its keys', async () => {
    const store = open();
    const first = await store.putJson('rewards', { a: 1, b: { c: 2, d: 3 } });
    expect(await store.putJson('rewards', { b: { d: 3, c: 2 }, a: 1 })).toEqual(first);
    expect((await store.putJson('rewards', { a: 1, b: { c: 2, d: 4 } })).hash).not.toBe(first.hash);
  });

  test('refuses numbers that JSON cannot hold, naming the place', async () => {
    await expect(open().putJson('rewards', { rewards: [1, Number.NaN] })).rejects.toThrow('$.rewards[1] is NaN');
  });

  test('keeps a folder with its nested files, under a hash of names and content', async () => {
    const write = (text: string) => async (folder: string) => {
      await mkdir(join(folder, 'nested'));
      await writeFile(join(folder, 'nested', 'b.txt'), text);
      await writeFile(join(folder, 'a.bin'), Uint8Array.of(0, 255));
    };
    const ref = await open().putFolder('checkpoint', write('text'));
    expect(ref.bytes).toBe(6);
    expect(await open().putFolder('checkpoint', write('text'))).toEqual(ref);
    expect((await open().putFolder('checkpoint', write('Text'))).hash).not.toBe(ref.hash);
    const path = await open().path(ref);
    expect((await readdir(path)).sort()).toEqual(['a.bin', 'nested']);
    expect(await readFile(join(path, 'nested', 'b.txt'), 'utf8')).toBe('text');
  });

  test('keeps nothing of a folder whose writer failed', async () => {
    const store = open();
    const failing = store.putFolder('checkpoint', async (folder) => {
      await writeFile(join(folder, 'half'), 'half');
      throw new Error('interrupted');
    });
    await expect(failing).rejects.toThrow('interrupted');
    const whole = await store.putFolder('checkpoint', (folder) => writeFile(join(folder, 'half'), 'half'));
    expect(await store.has(whole)).toBe(true);
  });

  test('writers of the same content do not disturb each other', async () => {
    const value = { rows: Array.from({ length: 2000 }, (_, index) => index) };
    const refs = await Promise.all(Array.from({ length: 8 }, () => open().putJson('predictions', value)));
    expect(new Set(refs.map((ref) => ref.hash)).size).toBe(1);
    const write = (folder: string) => writeFile(join(folder, 'weights'), 'w'.repeat(100_000));
    const folders = await Promise.all(Array.from({ length: 8 }, () => open().putFolder('checkpoint', write)));
    expect(await readdir(await open().path(folders[0] ?? absent))).toEqual(['weights']);
  });

  test('says which artifact is lost', async () => {
    expect(await open().has(absent)).toBe(false);
    await expect(open().getJson(absent)).rejects.toThrow(`rollout artifact ${absent.hash} is not there`);
    await expect(open().getJson(absent)).rejects.toMatchObject({ name: 'UserError', artifact: absent });
    await expect(open().path(absent)).rejects.toMatchObject({ name: 'UserError', artifact: absent });
  });

  test('removes values and folders, and keeps them again when they are written again', async () => {
    const store = open();
    const write = async (folder: string) => {
      await mkdir(join(folder, 'nested'));
      await writeFile(join(folder, 'nested', 'weights'), 'w'.repeat(1000));
      await writeFile(join(folder, 'config'), '');
    };
    const value = await store.putJson('rewards', { removed: true });
    const folder = await store.putFolder('checkpoint', write);
    const other = await store.putJson('rewards', { removed: false });
    for (const ref of [value, folder]) {
      await store.path(ref);
      await store.remove(ref);
      await store.remove(ref);
      expect(await store.has(ref)).toBe(false);
      await expect(store.path(ref)).rejects.toMatchObject({ artifact: ref });
    }
    await expect(store.getJson(value)).rejects.toMatchObject({ artifact: value });
    expect(await store.has(other)).toBe(true);
    expect(await store.putJson('rewards', { removed: true })).toEqual(value);
    expect(await store.putFolder('checkpoint', write)).toEqual(folder);
    expect(await open().getJson(value)).toEqual({ removed: true });
    expect(await readFile(join(await open().path(folder), 'nested', 'weights'), 'utf8')).toBe('w'.repeat(1000));
  });
}
