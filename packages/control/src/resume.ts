/** Goes on with runs and sweeps that were held, have failed, were cancelled, or have been lost by Temporal. */
import { configChanges, type ExperimentConfig, forbiddenChange, hidePassword, UserError } from '@queryloop/contracts';
import { overrideConfig, requirePinnedModules } from '@queryloop/contracts/load-config';
import type { StoredSweep } from '@queryloop/store';
import type { WorkflowHandle } from '@temporalio/client';
import type { Control, Done } from './control.ts';
import { goOn, isOpen } from './execution.ts';
import { findRun, type KnownRun, unknownRun } from './known-run.ts';
import { noteAction } from './note-action.ts';
import { launchSweep } from './sweep/launch-sweep.ts';
import { isTemporalAway, temporalTimeoutMs, within } from './within.ts';

/** An execution that is to end drops its step first, for which a worker must be there. */
const defaultEndTimeoutMs = 30_000;

/** How a run is to go on. */
export interface PlannedResume {
  config: ExperimentConfig;
  /** The settings are others than it had. */
  changed: boolean;
}

/**
 * With `set` ("dotted.path=value" each) a run goes on with other settings; one that is at work is ended first, within `endTimeoutMs`.
 * Throws UserError when it is not known, has finished with these settings, or may not change them.
 */
export async function resume(
  control: Control,
  id: string,
  { set = [], endTimeoutMs = defaultEndTimeoutMs }: { set?: readonly string[]; endTimeoutMs?: number } = {},
): Promise<Done> {
  const run = await findRun(control.store, id);
  const sweep = run === null ? await control.store.sweeps.get(id) : null;
  if (sweep !== null) return await resumeSweep(control, sweep, set);
  const plan = run && planResume(run, set);
  if (run?.result && !plan?.changed) throw hasFinished(id);
  const { client } = control;
  const handle = client.workflow.getHandle(id);
  const open = await within(client, temporalTimeoutMs, () => isOpen(handle));
  if (run === null && !open) throw open === undefined ? unknownRun(id) : neverStored(id);
  if (open && !plan?.changed) {
    await within(client, temporalTimeoutMs, () => handle.signal('resume'));
  } else if (run !== null && plan !== null) {
    // With other settings it goes on in another execution; the step in progress is dropped.
    if (open) await end(control, handle, endTimeoutMs);
    await goOn(client, run, plan.config);
  }
  const said = `run ${id} goes on${set.length === 0 ? '' : ` with ${set.map(hidePassword).join(', ')}`}`;
  return await noteAction(control, 'resume', { id, said });
}

/** The run's config with `set` applied. Throws UserError for what a run that goes on may not change. */
export function planResume(run: KnownRun, set: readonly string[]): PlannedResume {
  const config = overrideConfig(run.config, { set });
  const forbidden = forbiddenChange(run.config, config, { runId: run.id, reached: run.reached });
  if (forbidden !== null) throw forbidden;
  requirePinnedModules(config);
  return { config, changed: configChanges(run.config, config).length > 0 };
}

/** Throws UserError for settings given to a sweep, which has them in its file. */
export function requireNoSettings(sweepId: string, set: readonly string[]): void {
  if (set.length === 0) return;
  throw new UserError({
    message: `--set: ${sweepId} is a sweep, whose settings are in its file`,
    field: '--set',
    hint: 'Change the file and run it again: only what is new is done.',
  });
}

async function resumeSweep(control: Control, sweep: StoredSweep, set: readonly string[]): Promise<Done> {
  requireNoSettings(sweep.id, set);
  const { id: sweepId, settings, trials } = sweep;
  return await launchSweep(control, { sweepId, settings, trials }, 'resume');
}

async function end({ client }: Control, handle: WorkflowHandle, endTimeoutMs: number): Promise<void> {
  await within(client, temporalTimeoutMs, () => handle.cancel());
  try {
    await within(client, endTimeoutMs, () => handle.result());
  } catch (error) {
    // Cancelled or failed, it has ended.
    if (!isTemporalAway(error)) return;
    throw new UserError({
      message: `run ${handle.workflowId} was told to end, to go on with other settings, and has not ended yet`,
      field: 'run',
      hint: 'Is a worker there? Resume it again once it is cancelled.',
      kind: 'conflict',
    });
  }
}

function hasFinished(id: string): UserError {
  return new UserError({
    message: `run ${id} has finished, so there is nothing to go on with`,
    field: 'run',
    hint: `Change a setting (grpo.updates for a longer run), or branch from it: queryloop branch ${id}`,
    kind: 'conflict',
  });
}

function neverStored(id: string): UserError {
  return new UserError({
    message: `run ${id} ended before it got as far as the store`,
    field: 'run',
    hint: `queryloop resume ${id} says why. Begin it again.`,
    kind: 'conflict',
  });
}
