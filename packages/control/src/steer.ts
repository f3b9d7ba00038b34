/** Holds and ends what has begun: a run or a sweep, by its id. */
import { type RunStatus, UserError } from '@queryloop/contracts';
import { WorkflowFailedError, type WorkflowHandle, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Control, Done } from './control.ts';
import { isOpen } from './execution.ts';
import { isSweep, storedStatus, unknownRun } from './known-run.ts';
import { noteAction } from './note-action.ts';
import { isTemporalAway, temporalTimeoutMs, within } from './within.ts';

const ended: readonly (RunStatus | undefined)[] = ['finished', 'failed', 'cancelled'];

export interface Held extends Done {
  /** False: it was asked to hold, and no worker has answered yet. */
  held: boolean;
}

export interface Cancelled extends Done {
  /** False: it was asked to end, and does so as soon as its step is dropped. */
  ended: boolean;
}

/**
 * Drops the step in progress, which is repeated later, and holds. Waits for an answer until `timeoutMs` have passed; the
 * request stands all the same. Throws UserError when it is not known, has ended or is held already.
 */
export async function pause(
  control: Control,
  id: string,
  { timeoutMs = temporalTimeoutMs }: { timeoutMs?: number } = {},
): Promise<Held> {
  const { handle, noun } = await reach(control, id);
  if (handle === null) return { ...(await setStoredStatus(control, id, 'pause', 'paused')), held: true };
  const held = await hold(control, handle, timeoutMs);
  const said = held
    ? `${noun} ${id} is held`
    : `${noun} ${id} was told to hold and does so as soon as a worker answers for it`;
  return await noteAction(control, 'pause', { id, said, held });
}

/** Drops the step in progress and ends it, which `awaitEnd` waits for; what is done is kept. Throws UserError when it is not known or has ended. */
export async function cancel(control: Control, id: string): Promise<Cancelled> {
  const { handle, noun } = await reach(control, id);
  if (handle === null) return { ...(await setStoredStatus(control, id, 'cancel', 'cancelled')), ended: true };
  await within(control.client, temporalTimeoutMs, () => handle.cancel());
  return await noteAction(control, 'cancel', { id, said: `${noun} ${id} ends …`, ended: false });
}

/** Waits until what was cancelled has ended: `finished` when it was quicker. */
export async function awaitEnd({ client }: Pick<Control, 'client'>, id: string): Promise<'cancelled' | 'finished'> {
  try {
    await client.workflow.getHandle(id).result();
    return 'finished';
  } catch (error) {
    if (error instanceof WorkflowFailedError) return 'cancelled';
    throw error;
  }
}

/** Throws UserError for what the store knows to have ended. */
export async function requireUnended({ store }: Pick<Control, 'store'>, id: string): Promise<RunStatus | undefined> {
  const status = await storedStatus(store, id);
  if (ended.includes(status)) throw hasEnded(id, `${status} already`);
  return status;
}

/**
 * The unfinished execution; null for what is in the store alone, as Temporal has lost it or it waits at a rung of a sweep.
 * Throws UserError when it is not known or has ended.
 */
async function reach(control: Control, id: string): Promise<{ handle: WorkflowHandle | null; noun: string }> {
  const stored = await requireUnended(control, id);
  const noun = (await isSweep(control.store, id)) ? 'sweep' : 'run';
  const handle = control.client.workflow.getHandle(id);
  const open = await within(control.client, temporalTimeoutMs, () => isOpen(handle));
  if (!open && stored === undefined) throw open === undefined ? unknownRun(id) : hasEnded(id, 'at its end');
  return { handle: open ? handle : null, noun };
}

/** Whether the workflow has answered that it holds. Throws UserError when it says why it cannot. */
async function hold({ client }: Control, handle: WorkflowHandle, timeoutMs: number): Promise<boolean> {
  try {
    await within(client, timeoutMs, () => handle.executeUpdate('pause'));
    return true;
  } catch (error) {
    if (error instanceof WorkflowUpdateFailedError)
      throw new UserError({ message: error.cause?.message ?? error.message, field: 'run', kind: 'conflict' });
    if (!isTemporalAway(error)) throw error;
  }
  // An update that no worker has seen may be forgotten; a signal is kept until one has.
  await within(client, temporalTimeoutMs, () => handle.signal('pause'));
  return false;
}

/** Throws UserError for a sweep, whose status is that of its workflow. */
async function setStoredStatus(
  control: Control,
  id: string,
  action: 'pause' | 'cancel',
  status: 'paused' | 'cancelled',
): Promise<Done> {
  if (await isSweep(control.store, id)) {
    throw new UserError({
      message: `nothing is at work on sweep ${id}`,
      field: 'sweep',
      hint: `queryloop resume ${id} goes on with it.`,
      kind: 'conflict',
    });
  }
  await control.store.runs.setStatus(id, status);
  return await noteAction(control, action, { id, said: `run ${id} is ${status}; nothing was at work on it` });
}

function hasEnded(id: string, state: string): UserError {
  return new UserError({
    message: `run ${id} is ${state}`,
    field: 'run',
    hint: `queryloop status ${id} shows it; queryloop resume ${id} goes on with it.`,
    kind: 'conflict',
  });
}
