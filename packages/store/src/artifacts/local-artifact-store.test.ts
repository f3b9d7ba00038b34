/** The local folder keeps the contract, and damage, full disks and dead writers never yield a half artifact. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { artifactStoreContract } from './contract-suite.ts';
import { openLocalArtifactStore } from './local-artifact-store.ts';
import { openLocalRecords } from './local-records.ts';
import { checkArtifacts } from './open-artifacts.ts';
import { openStepCacheIn } from './step-cache.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-artifacts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('contract', () => artifactStoreContract(() => openLocalArtifactStore(join(folder, 'contract'))));

/** Flips one bit in the middle of a file. */
function damage(file: string): void {
  chmodSync(file, 0o644);
  const bytes = readFileSync(file);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

test('a flipped bit is noticed and named, the artifact is set aside, and a new write mends it', async () => {
  const at = join(folder, 'damage');
  const open = () => openLocalArtifactStore(at);
  const ref = await open().putJson('rollout', { a: 1 });
  const path = await open().path(ref);
  expect(path).toBe(join(at, 'rollout', ref.hash.slice(0, 2), `${ref.hash}.json`));
  for (const read of [() => open().getJson(ref), () => open().path(ref)]) {
    damage(path);
    expect(await open().has(ref)).toBe(true);
    await expect(read()).rejects.toMatchObject({
      name: 'UserError',
      artifact: ref,
      message: expect.stringContaining(`the rollout artifact ${ref.hash} is damaged: ${path}`),
    });
    expect(await open().has(ref)).toBe(false);
    expect(readdirSync(join(at, '.damaged'))).toEqual([`rollout-${ref.hash}.json`]);
    await open().putJson('rollout', { a: 1 });
    expect(await open().getJson(ref)).toEqual({ a: 1 });
  }
});

test('a damaged file in a folder is noticed, by writers too', async () => {
  const open = () => openLocalArtifactStore(join(folder, 'damage-in-folder'));
  const write = async (into: string) => writeFileSync(join(into, 'weights'), 'w'.repeat(1000));
  const ref = await open().putFolder('checkpoint', write);
  const file = join(await open().path(ref), 'weights');
  damage(file);
  await expect(open().path(ref)).rejects.toMatchObject({ artifact: ref });
  expect(await open().has(ref)).toBe(false);
  await open().putFolder('checkpoint', write);
  damage(file);
  await open().putFolder('checkpoint', write);
  expect(readFileSync(join(await open().path(ref), 'weights'), 'utf8')).toBe('w'.repeat(1000));
});

test('a file that was cut short is not there, even for a store that read it before', async () => {
  const store = openLocalArtifactStore(join(folder, 'short'));
  const ref = await store.putJson('rollout', { a: 1 });
  const path = await store.path(ref);
  truncateSync(path, 3);
  expect(await store.has(ref)).toBe(false);
  await expect(store.path(ref)).rejects.toThrow('is damaged');
});

test('sweeps what dead writers of this machine left and what others left long ago, and nothing else', async () => {
  const home = join(folder, 'sweep');
  const staging = join(home, '.staging');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  for (const name of [`${hostname()}-${dead}-a`, `${hostname()}-${process.pid}-b`, 'elsewhere-1-c', 'elsewhere-1-d'])
    mkdirSync(join(staging, name), { recursive: true });
  const lastMonth = Date.now() / 1000 - 30 * 24 * 3600;
  utimesSync(join(staging, 'elsewhere-1-d'), lastMonth, lastMonth);
  await openLocalArtifactStore(home).putJson('rollout', 1);
  expect(readdirSync(staging).sort()).toEqual(['elsewhere-1-c', `${hostname()}-${process.pid}-b`].sort());
});

test('a folder that cannot be made is named', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, '');
  await expect(openLocalArtifactStore(join(file, 'artifacts')).putJson('rollout', 1)).rejects.toMatchObject({
    name: 'UserError',
    message: expect.stringContaining(join(file, 'artifacts')),
  });
});

// Mounting needs root; elsewhere a folder without write permission stands in for the disk that refuses.
if (process.getuid?.() === 0 && mount(join(folder, 'small'), 'size=64k')) {
  const small = join(folder, 'small');
  afterAll(() => spawnSync('umount', [small]));

  test('a full disk is named, and no half artifact is ever seen', async () => {
    const store = openLocalArtifactStore(small);
    const kept = await store.putJson('rollout', { fits: true });
    const large = 'x'.repeat(200_000);
    await expect(store.putJson('rollout', { large })).rejects.toMatchObject({
      name: 'UserError',
      message: expect.stringContaining(small),
    });
    const writing = store.putFolder('checkpoint', async (into) => writeFileSync(join(into, 'weights'), large));
    await expect(writing).rejects.toThrow('no space left');
    expect(existsSync(join(small, 'checkpoint'))).toBe(false);
    expect(readdirSync(join(small, '.staging'))).toEqual([]);
    const step = openStepCacheIn(openLocalRecords(small)).put('0'.repeat(64), { step: 's', input: {}, output: large });
    await expect(step).rejects.toMatchObject({ name: 'UserError', message: expect.stringContaining(small) });
    expect(existsSync(join(small, 'steps'))).toBe(false);
    expect(await openLocalArtifactStore(small).getJson(kept)).toEqual({ fits: true });
  });

  test('a read-only disk is named', async () => {
    const frozen = join(folder, 'frozen');
    mount(frozen, 'ro');
    const refusal = (writing: Promise<unknown>) => writing.catch((error: Error) => error.message);
    const refused = [
      await refusal(openLocalArtifactStore(frozen).putJson('rollout', 1)),
      await refusal(checkArtifacts('', { QUERYLOOP_ARTIFACTS: frozen })),
    ];
    spawnSync('umount', [frozen]);
    const message = `cannot write to the artifact folder ${frozen}: the disk is read-only`;
    expect(refused).toEqual([message, message]);
  });
} else {
  test('a folder without write permission is named', async () => {
    const frozen = join(folder, 'frozen');
    mkdirSync(frozen, { mode: 0o555 });
    await expect(openLocalArtifactStore(frozen).putJson('rollout', 1)).rejects.toThrow('may not be written');
  });
}

function mount(at: string, options: string): boolean {
  mkdirSync(at);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status === 0) return true;
  rmSync(at, { recursive: true });
  return false;
}
