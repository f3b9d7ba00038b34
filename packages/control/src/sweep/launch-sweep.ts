/** Begins a sweep, or goes on with the execution that is at it already. */
import { hidePassword, type SweepInput, UserError } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import { canonicalJson, type StoredSweep } from '@queryloop/store';
import type { Control, Done } from '../control.ts';
import { isOpen, startSweepWorkflow } from '../execution.ts';
import { noteAction } from '../note-action.ts';
import { untilStored } from '../until-stored.ts';
import { temporalTimeoutMs, within } from '../within.ts';

/**
 * A sweep that is held or left over from a killed command goes on, and one that has ended does only what is new or failed. Throws
 * UserError when it is unfinished with other settings, with which its decisions were made, or nothing is left of it to do.
 */
export async function launchSweep(
  control: Control,
  input: SweepInput,
  action: 'launch' | 'resume' = 'launch',
): Promise<Done> {
  const { client, store } = control;
  const { sweepId: id, settings, trials } = input;
  const handle = client.workflow.getHandle(id);
  const stored = await store.sweeps.get(id);
  if (await within(client, temporalTimeoutMs, () => isOpen(handle))) {
    const difference = stored ? differenceOf(stored, input) : undefined;
    if (difference !== undefined) throw isUnfinished(id, difference);
    await within(client, temporalTimeoutMs, () => handle.signal('resume'));
    return await noteAction(control, action, { id, said: `sweep ${id} goes on` });
  }
  if (stored !== null && nothingLeft(stored, input)) throw hasFinished(id);
  await startSweepWorkflow(client, input);
  await untilStored(() => store.sweeps.get(id));
  const runs = trials.length * settings.seeds.length;
  const said = stored === null ? `sweep ${id} of ${runs} runs has begun` : `sweep ${id} goes on`;
  return await noteAction(control, action, { id, said });
}

/** Whether a stored sweep was run to its end with these settings and every run came out well. */
export function nothingLeft(stored: StoredSweep, input: SweepInput): boolean {
  return (
    stored.status === 'finished' &&
    differenceOf(stored, input) === undefined &&
    stored.result?.exhausted === null &&
    stored.result.runs.every(({ status }) => status === 'finished' || status === 'stopped')
  );
}

/** Whether a stored workflow id belongs to the sweep: its own, or that of one of its runs. */
export function belongsTo(sweepId: string): (workflowId: string) => boolean {
  const runs = /^-[0-9a-f]{8}-s\d+$/;
  return (workflowId) =>
    workflowId === sweepId || (workflowId.startsWith(sweepId) && runs.test(workflowId.slice(sweepId.length)));
}

type Plan = Pick<SweepInput, 'settings' | 'trials'>;

/** The first thing in which two plans differ, in words; undefined when they are the same. */
export function differenceOf(stored: Plan, given: Plan): string | undefined {
  const fields = new Set([...Object.keys(stored.settings), ...Object.keys(given.settings)]);
  // Where the experiment's file is does not matter; the trials say what is in it.
  for (const field of [...fields].filter((name) => name !== 'experiment') as (keyof Plan['settings'])[]) {
    const [before, after] = [stored.settings[field], given.settings[field]].map((value) =>
      canonicalJson(value ?? null),
    ) as [string, string];
    if (before !== after) return `${field} was ${hidePassword(before)} and is now ${hidePassword(after)}`;
  }
  const ids = new Set(stored.trials.map(({ id }) => id));
  const added = given.trials.find(({ id }) => !ids.has(id));
  return added && `the experiment has changed (trial with ${describeParameters(added.parameters)})`;
}

function isUnfinished(id: string, difference: string): UserError {
  return new UserError({
    message: `sweep ${id} is unfinished with other settings: ${difference}`,
    field: 'name',
    hint: `Finish it first (queryloop resume ${id}), or end it (queryloop cancel ${id}) and start this one again: runs that are finished are not run again. Another name makes another sweep.`,
    kind: 'conflict',
  });
}

function hasFinished(id: string): UserError {
  return new UserError({
    message: `sweep ${id} has finished with these settings, so there is nothing left to run`,
    field: 'name',
    hint: 'Change its file, such as by more seeds or trials: only what is new is done. Another name makes another sweep.',
    kind: 'conflict',
  });
}
