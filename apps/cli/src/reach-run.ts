/** For commands that tell a run something and do not follow it: the services of whoever works in this folder, else their own for a moment. */
import { type RunStatus, UserError } from '@queryloop/contracts';
import { isOpen } from '@queryloop/control';
import type { WorkflowHandle } from '@temporalio/client';
import { openPlatform } from './platform.ts';
import { openScreen, type Screen } from './screen.ts';
import { isFreshFolder, isSweep, storedStatus, unknownRun, withStore } from './stored-run.ts';

const ended: readonly (RunStatus | undefined)[] = ['finished', 'failed', 'cancelled'];

export interface RunToReach {
  command: 'pause' | 'cancel';
  /** Of a run or a sweep. */
  id: string;
  /** What it is to become. */
  status: 'paused' | 'cancelled';
}

/**
 * Calls `tell` with the unfinished execution of a run or sweep, which workers are at; says what `tell` gives. A run that is in the
 * store alone, as Temporal has lost it or it waits at a rung of a sweep, just gets its status there. `signal` ends the wait.
 * @throws UserError when the run is not known or has ended.
 */
export async function reachRun(
  { command, id, status }: RunToReach,
  signal: AbortSignal,
  tell: (handle: WorkflowHandle, screen: Screen) => Promise<string>,
): Promise<void> {
  if (isFreshFolder()) throw unknownRun(id);
  const stored = await storedStatus(id);
  if (ended.includes(stored)) throw hasEnded(id, `${stored} already`);
  const screen = openScreen({ json: false });
  const platform = await openPlatform({
    command,
    attach: 'any',
    // Elsewhere others work.
    worker: !process.env['TEMPORAL_ADDRESS'],
    notice: (text) => screen.line(`  ${text}`),
  });
  try {
    const handle = platform.client.workflow.getHandle(id);
    const open = await isOpen(handle);
    if (open) {
      screen.line(await Promise.race([tell(handle, screen), platform.failed, aborted(signal)]));
      return;
    }
    if (stored === undefined) throw open === undefined ? unknownRun(id) : hasEnded(id, 'at its end');
    await setStoredStatus(id, status);
    screen.line(`run ${id} is ${status}; nothing was at work on it`);
  } finally {
    await platform.stop();
  }
}

/** @throws UserError for a sweep, whose status is that of its workflow */
async function setStoredStatus(id: string, status: RunStatus): Promise<void> {
  if (await isSweep(id)) {
    throw new UserError({
      message: `nothing is at work on sweep ${id}`,
      field: 'sweep',
      hint: `queryloop resume ${id} goes on with it.`,
    });
  }
  await withStore((store) => store.runs.setStatus(id, status));
}

function hasEnded(id: string, state: string): UserError {
  return new UserError({
    message: `run ${id} is ${state}`,
    field: 'run',
    hint: `queryloop status ${id} shows it; queryloop resume ${id} goes on with it.`,
  });
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
