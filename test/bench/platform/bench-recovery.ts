/** The bench of recovery: seconds from a kill until the run has done its next update, beside an update that was left alone. */

import { configFor } from '../../faults/disturbed-run.ts';
import { openDraw } from '../../faults/draw.ts';
import { type FaultName, strike } from '../../faults/fault-kinds.ts';
import { PlatformUnderFault } from '../../faults/platform-under-fault.ts';
import { median, printTable } from '../measure.ts';

export interface RecoveryFigures {
  fault: FaultName | 'none';
  /** From the kill to the end of the next update; for 'none' from one update to the next. */
  seconds: number;
}

const faults: readonly FaultName[] = [
  'policy process, mid-rollout',
  'process that writes the store',
  'Temporal server',
  'power cut',
];
const repeats = 3;

/** Kills parts of a running platform, each kind several times; prints a table of medians. */
export async function benchRecovery(): Promise<RecoveryFigures[]> {
  const platform = new PlatformUnderFault();
  try {
    await platform.start();
    await platform.begin(configFor(2 * repeats * faults.length));
    await nextUpdate(platform);
    const figures: RecoveryFigures[] = [{ fault: 'none', seconds: await medianOf(() => nextUpdate(platform)) }];
    for (const fault of faults) {
      const seconds = await medianOf(async () => {
        await strike(fault, platform, openDraw(0));
        await nextUpdate(platform);
      });
      figures.push({ fault, seconds });
    }
    printTable(
      `recovery: seconds until the next update is done, median of ${repeats}`,
      ['', 'seconds'],
      figures.map(({ fault, seconds }) => [fault === 'none' ? 'no fault' : fault, seconds.toFixed(1)]),
    );
    return figures;
  } finally {
    await platform.remove();
  }
}

async function medianOf(work: () => Promise<void>): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < repeats; i++) {
    const start = performance.now();
    await work();
    seconds.push((performance.now() - start) / 1000);
  }
  return median(seconds);
}

/** Resolves when one more update is done than at the call. */
async function nextUpdate(platform: PlatformUnderFault): Promise<void> {
  const { update } = await platform.progress();
  while ((await platform.progress()).update <= update) await new Promise((resolve) => setTimeout(resolve, 20));
}
