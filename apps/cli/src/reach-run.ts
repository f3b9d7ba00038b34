/** For commands that tell a run something and do not follow it: the services of whoever works in this folder, else their own for a moment. */
import { type Control, requireUnended } from '@queryloop/control';
import { openPlatform } from './platform.ts';
import { openScreen, type Screen } from './screen.ts';
import { withControl, withKnownStore } from './stored-run.ts';

export interface RunToReach {
  command: 'pause' | 'cancel';
  /** Of a run or a sweep. */
  id: string;
}

/**
 * Calls `tell`, which may need workers, and prints what it gives. `signal` ends the wait.
 * @throws UserError when the store knows that the run has ended, before anything is started
 */
export async function reachRun(
  { command, id }: RunToReach,
  signal: AbortSignal,
  tell: (control: Control, screen: Screen) => Promise<string>,
): Promise<void> {
  await withKnownStore(id, (store) => requireUnended({ store }, id));
  const screen = openScreen({ json: false });
  const platform = await openPlatform({
    command,
    attach: 'any',
    // Elsewhere others work.
    worker: !process.env['TEMPORAL_ADDRESS'],
    notice: (text) => screen.line(`  ${text}`),
  });
  try {
    const told = withControl(platform.client, (control) => tell(control, screen));
    screen.line(await Promise.race([told, platform.failed, aborted(signal)]));
  } finally {
    await platform.stop();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
