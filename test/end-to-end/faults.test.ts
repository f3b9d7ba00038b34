/** The short version of `npm run test:faults`: one run through one kill of each kind, and one that loses all its artifacts. */
import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { configFor, runThrough } from '../faults/disturbed-run.ts';
import { faultSeed, openDraw } from '../faults/draw.ts';
import { type FaultName, faultKinds } from '../faults/fault-kinds.ts';
import { killQuietly, PlatformUnderFault } from '../faults/platform-under-fault.ts';
import { summaryOf } from '../faults/run-summary.ts';

vi.setConfig({ testTimeout: 600_000 });

const draw = openDraw(0);
const faults = Object.keys(faultKinds) as FaultName[];
const config = configFor(faults.length);
const undisturbed = runThrough([], config, draw);
undisturbed.catch(() => undefined);

test(`a run through one kill of each kind ends as the run that was left alone (seed ${faultSeed})`, async () => {
  expect(await undisturbed).toMatchObject({ status: 'finished' });
  expect(await runThrough(faults, config, draw)).toEqual(await undisturbed);
});

test('a run that loses its memory and every artifact, one checkpoint damaged, makes them again and ends the same', async () => {
  const expected = await undisturbed;
  const platform = new PlatformUnderFault();
  try {
    await platform.start();
    await platform.begin(config);
    await expect
      .poll(async () => (await platform.progress()).update, { timeout: 240_000, interval: 100 })
      .toBeGreaterThan(9);
    await platform.handle.executeUpdate('pause');
    loseArtifacts(join(platform.home, 'artifacts'));
    for (const pid of platform.processes('apps/worker/src/main.ts')) killQuietly(pid, 'SIGKILL');
    await platform.handle.executeUpdate('resume');
    await platform.finished();
    expect(await summaryOf(platform.storeLocation, platform.runId)).toEqual(expected);
  } finally {
    await platform.remove();
  }
});

/** Deletes data, databases, rollouts, rewards, predictions and all checkpoints but one, which gets a wrong byte. */
function loseArtifacts(folder: string): void {
  for (const kind of ['dataset', 'database', 'rollout', 'rewards', 'predictions'])
    rmSync(join(folder, kind), { recursive: true });
  const checkpoints = readdirSync(join(folder, 'checkpoint'), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === 'model.safetensors')
    .map(({ parentPath }) => parentPath);
  const [damaged, ...lost] = checkpoints;
  expect(lost.length).toBeGreaterThan(0);
  for (const checkpoint of lost) rmSync(checkpoint, { recursive: true });
  const weights = openSync(join(damaged as string, 'model.safetensors'), 'r+');
  writeSync(weights, Buffer.of(0x5a), 0, 1, 5000);
  closeSync(weights);
}
