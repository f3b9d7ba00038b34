/** The short version of `npm run test:faults`: one run through one kill of each kind. */
import { expect, test, vi } from 'vitest';
import { configFor, runThrough } from '../faults/disturbed-run.ts';
import { faultSeed, openDraw } from '../faults/draw.ts';
import { type FaultName, faultKinds } from '../faults/fault-kinds.ts';

vi.setConfig({ testTimeout: 600_000 });

test(`a run through one kill of each kind ends as the run that was left alone (seed ${faultSeed})`, async () => {
  const draw = openDraw(0);
  const faults = Object.keys(faultKinds) as FaultName[];
  const config = configFor(faults.length);
  const undisturbed = await runThrough([], config, draw);
  expect(undisturbed).toMatchObject({ status: 'finished' });
  expect(await runThrough(faults, config, draw)).toEqual(undisturbed);
});
