/** Starts a sweep, or finds the execution that is at it already. */
import { hidePassword, type SweepInput, UserError } from '@queryloop/contracts';
import { describeParameters } from '@queryloop/contracts/load-config';
import { canonicalJson, type Store } from '@queryloop/store';
import type { Client } from '@temporalio/client';
import { isOpen, startSweepWorkflow } from '../execution.ts';

/**
 * A sweep that is held or left over from a killed command goes on. Throws UserError when it is unfinished with other settings:
 * its decisions were made with those.
 */
export async function startSweep(client: Client, store: Store, input: SweepInput): Promise<void> {
  const handle = client.workflow.getHandle(input.sweepId);
  if (!(await isOpen(handle))) {
    await startSweepWorkflow(client, input);
    return;
  }
  const stored = await store.sweeps.get(input.sweepId);
  const difference = stored ? differenceOf(stored, input) : undefined;
  if (difference !== undefined) {
    throw new UserError({
      message: `sweep ${input.sweepId} is unfinished with other settings: ${difference}`,
      field: 'name',
      hint: `Finish it first (queryloop resume ${input.sweepId}), or end it (queryloop cancel ${input.sweepId}) and start this one again: runs that are finished are not run again. Another name makes another sweep.`,
    });
  }
  await handle.signal('resume');
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
