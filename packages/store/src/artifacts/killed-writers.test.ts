/** Writers are killed (SIGKILL) in the middle of their work, over and over: what can be seen is always whole. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ArtifactRef } from '@queryloop/contracts';
import { afterAll, expect, test, vi } from 'vitest';
import { type S3Server, startS3 } from '../../../../infra/s3/launch.ts';
import { openArtifacts, openStepCache } from './open-artifacts.ts';

// Each writer loads its modules anew, which takes seconds on a busy machine.
vi.setConfig({ testTimeout: 300_000 });

const kills = 12;
const program = fileURLToPath(new URL('./busy-writer.fixture.ts', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'queryloop-killed-'));
let server: S3Server | undefined;
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Kept {
  key: string;
  checkpoint: ArtifactRef;
}

/** Starts a writer, kills it some milliseconds after its first artifact, and gives what it said it had kept. */
async function killedWriter(home: string, environment: NodeJS.ProcessEnv, afterMs: number): Promise<Kept[]> {
  const writer = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, home], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  let said = '';
  writer.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await Promise.race([once(writer.stdout, 'data'), exited]);
  await sleep(afterMs);
  writer.kill('SIGKILL');
  const [, signal] = (await exited) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
  // The last line may be cut off.
  return said
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as Kept);
}

/** Hashes of the artifacts of a kind that stand under `at`. */
const visible = (at: string): string[] =>
  existsSync(at) ? readdirSync(at).flatMap((digits) => readdirSync(join(at, digits))) : [];

test('in a folder', async () => {
  const home = join(folder, 'home');
  const artifacts = join(home, 'artifacts');
  const environment = { ...process.env, QUERYLOOP_ARTIFACTS: '' };
  const kept: Kept[] = [];
  let leftBehind = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    kept.push(...(await killedWriter(home, environment, kill * 4)));
    leftBehind += readdirSync(join(artifacts, '.staging')).length;
  }
  expect(leftBehind).toBeGreaterThan(0);
  const store = openArtifacts(home, environment);
  const hashes = visible(join(artifacts, 'checkpoint'));
  // `path` verifies: it refuses a folder whose files are not all there.
  for (const hash of hashes) await store.path({ kind: 'checkpoint', hash, bytes: 1_200_000 });
  expect(hashes).toEqual(expect.arrayContaining(kept.map(({ checkpoint }) => checkpoint.hash)));
  const steps = openStepCache(home, environment);
  for (const { key, checkpoint } of kept) {
    expect(await steps.get(key)).toMatchObject({ input: { key } });
    expect(await steps.producerOf(checkpoint)).toMatchObject({ input: { key } });
  }
  const records = visible(join(artifacts, 'steps')).map((name) => name.replace('.json', ''));
  for (const key of records) expect(await steps.get(key)).not.toBeNull();
  await store.putJson('rollout', 'sweeps');
  expect(readdirSync(join(artifacts, '.staging'))).toEqual([]);
});

test('in a bucket', async () => {
  server = await startS3({ folder: join(folder, 'server') });
  const environment = { ...process.env, ...server.environment, QUERYLOOP_CACHE_DIR: join(folder, 'cache') };
  mkdirSync(join(folder, 'empty-cache'));
  const kept: Kept[] = [];
  for (let kill = 0; kill < kills; kill += 1) kept.push(...(await killedWriter('/nowhere', environment, kill * 12)));
  const names = visible(join(folder, 'server', server.bucket, 'checkpoint'));
  const listed = names.filter((name) => name.endsWith('.list._S3rver_object')).map((name) => name.slice(0, 64));
  const begun = names.filter((name) => name.length === 64);
  expect(begun.length).toBeGreaterThan(listed.length);
  expect(listed).toEqual(expect.arrayContaining(kept.map(({ checkpoint }) => checkpoint.hash)));
  for (const [name, value] of Object.entries(server.environment)) vi.stubEnv(name, value);
  const elsewhere = { ...environment, QUERYLOOP_CACHE_DIR: join(folder, 'empty-cache') };
  const store = openArtifacts('/nowhere', elsewhere);
  for (const hash of listed) await store.path({ kind: 'checkpoint', hash, bytes: 1_200_000 });
  for (const hash of begun.filter((hash) => !listed.includes(hash)))
    expect(await store.has({ kind: 'checkpoint', hash, bytes: 1_200_000 })).toBe(false);
  const steps = openStepCache('/nowhere', elsewhere);
  for (const { key, checkpoint } of kept) expect(await steps.producerOf(checkpoint)).toMatchObject({ input: { key } });
});
