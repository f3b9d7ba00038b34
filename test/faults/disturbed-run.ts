/** Runs one experiment undisturbed, or through a list of faults, and gives what it left behind. */
import { fileURLToPath } from 'node:url';
import type { ExperimentConfig } from '@queryloop/contracts';
import { loadConfig } from '@queryloop/contracts/load-config';
import type { Draw } from './draw.ts';
import { type FaultName, strike } from './fault-kinds.ts';
import { PlatformUnderFault } from './platform-under-fault.ts';
import { summaryOf } from './run-summary.ts';

const smoke = fileURLToPath(new URL('../../experiments/smoke.yaml', import.meta.url));

/** The smoke experiment with enough updates for `faults` faults, and snapshots often enough to be hit. */
export function configFor(faults: number): ExperimentConfig {
  const updates = 2 * faults + 4;
  return loadConfig(smoke, {
    set: [`grpo.updates=${updates}`, 'checkpoints={everyUpdates: 3, keepLast: 2}', 'evaluation.everyUpdates=8'],
  });
}

/** What the run leaves behind when each fault strikes in turn, the next one only after the run has gone on. */
export async function runThrough(faults: readonly FaultName[], config: ExperimentConfig, draw: Draw): Promise<object> {
  const platform = new PlatformUnderFault();
  try {
    await platform.start();
    await platform.begin(config);
    let reached = 0;
    for (const fault of faults) {
      reached = await untilAfter(platform, reached);
      await strike(fault, platform, draw).catch((error: Error) => {
        throw new Error(`${fault}, after update ${reached}: ${error.message}`);
      });
    }
    await platform.finished();
    return await summaryOf(platform.storeLocation, platform.runId);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await platform.trouble()}`, { cause: error });
  } finally {
    await platform.remove();
  }
}

/** Waits until the run has applied an update beyond `reached`. */
async function untilAfter(platform: PlatformUnderFault, reached: number): Promise<number> {
  const deadlineMs = Date.now() + 240_000;
  for (;;) {
    const { update, updates } = await platform.progress();
    if (update >= updates) throw new Error('the run was over before every fault had struck');
    if (update > reached) return update;
    if (Date.now() > deadlineMs) throw new Error(`the run did not get beyond update ${reached}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
