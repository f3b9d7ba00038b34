/**
 * `npm run test:faults`: kills processes at random moments, every kind several times, and compares what the run leaves behind
 * with that of an undisturbed run, bit for bit. QUERYLOOP_FAULT_SEED repeats the moments of an earlier suite.
 */
import { expect, test, vi } from 'vitest';
import { configFor, runThrough } from './disturbed-run.ts';
import { type Draw, faultSeed, openDraw } from './draw.ts';
import { type FaultName, faultKinds } from './fault-kinds.ts';

vi.setConfig({ testTimeout: 1_800_000 });

const runs = 4;
/** Each kind strikes so often in each run: 8 kinds × 2 × 4 runs are 64 kills, 8 of each kind. */
const perRun = 2;
const names = Object.keys(faultKinds) as FaultName[];

function shuffled(draw: Draw): FaultName[] {
  const faults = Array.from({ length: perRun }, () => names).flat();
  for (let i = faults.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [faults[i], faults[j]] = [faults[j] as FaultName, faults[i] as FaultName];
  }
  return faults;
}

const config = configFor(perRun * names.length);
const undisturbed = runThrough([], config, openDraw(0));
undisturbed.catch(() => undefined);

test.each(Array.from({ length: runs }, (_, run) => run + 1))(
  `run %i of ${runs} through ${perRun * names.length} kills ends as the run that was left alone (seed ${faultSeed})`,
  async (run) => {
    const draw = openDraw(run);
    const faults = shuffled(draw);
    const expected = await undisturbed;
    expect(expected).toMatchObject({ status: 'finished' });
    const startMs = Date.now();
    expect(await runThrough(faults, config, draw), faults.join(', ')).toEqual(expected);
    console.log(`run ${run}: ${faults.length} kills in ${Math.round((Date.now() - startMs) / 1000)} s`);
  },
);
