/** The local folder keeps the contract, and damage, full disks and dead writers never yield a half artifact. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { artifactStoreContract } from './contract-suite.ts';
import { openArtifacts, openLocalArtifactStore } from './local-artifact-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-artifacts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('contract', () => artifactStoreContract(() => openLocalArtifactStore(join(folder, 'contract'))));

test('names kind, hash and path of a damaged artifact, and a new write mends it', async () => {
  const home = join(folder, 'damage');
  const ref = await openArtifacts(home).putJson('rollout', { a: 1 });
  const path = await openArtifacts(home).path(ref);
  expect(path).toBe(join(home, 'artifacts', 'rollout', ref.hash.slice(0, 2), `${ref.hash}.json`));
  chmodSync(path, 0o644);
  writeFileSync(path, '{"a":2}');
  await expect(openArtifacts(home).getJson(ref)).rejects.toThrow(
    `the rollout artifact ${ref.hash} is damaged: ${path}`,
  );
  await openArtifacts(home).putJson('rollout', { a: 1 });
  expect(await openArtifacts(home).getJson(ref)).toEqual({ a: 1 });
});

test('sweeps what dead writers of this machine left, and nothing else', async () => {
  const home = join(folder, 'sweep');
  const staging = join(home, '.staging');
  const dead = spawnSync(process.execPath, ['-e', '']).pid;
  for (const name of [`${hostname()}-${dead}-a`, `${hostname()}-${process.pid}-b`, 'elsewhere-1-c'])
    mkdirSync(join(staging, name), { recursive: true });
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
    expect(await openLocalArtifactStore(small).getJson(kept)).toEqual({ fits: true });
  });

  test('a read-only disk is named', async () => {
    const frozen = join(folder, 'frozen');
    mount(frozen, 'ro');
    const refused = await openLocalArtifactStore(frozen)
      .putJson('rollout', 1)
      .catch((error: Error) => error.message);
    spawnSync('umount', [frozen]);
    expect(refused).toBe(`cannot write to the artifact folder ${frozen}: the disk is read-only`);
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
