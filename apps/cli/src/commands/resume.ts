/** `queryloop resume <run or sweep>`: goes on with what was held, has failed, was cancelled, or has been lost by Temporal. */
import {
  findRun,
  isOpen,
  isSweep,
  planResume,
  requireNoSettings,
  resume as resumeRun,
  unknownRun,
} from '@queryloop/control';
import type { Client } from '@temporalio/client';
import { type FollowOptions, onPlatform } from '../on-platform.ts';
import { printResult } from '../print-result.ts';
import { openScreen } from '../screen.ts';
import { withKnownStore } from '../stored-run.ts';

export interface ResumeOptions extends FollowOptions {
  set: string[];
}

export async function resume(id: string, { set, json, worker }: ResumeOptions, signal: AbortSignal): Promise<void> {
  const run = await withKnownStore(id, (store) => findRun(store, id));
  if (run === null && (await withKnownStore(id, (store) => isSweep(store, id)))) {
    requireNoSettings(id, set);
    return await (await import('./sweep.ts')).resumeSweep(id, { json, worker }, signal);
  }
  const changed = run !== null && planResume(run, set).changed;
  if (run?.result && !changed) return await printResult(run.result, openScreen({ json }), { json });

  const isUnfinished = (client: Client): Promise<boolean | undefined> => isOpen(client.workflow.getHandle(id));
  const check = async (client: Client): Promise<void> => {
    // Temporal alone knows a run that ended before it got as far as the store.
    if (run === null && (await isUnfinished(client)) === undefined) throw unknownRun(id);
  };
  const platform = { command: 'resume', attach: 'any', keep: id, json, worker } as const;
  await onPlatform({ ...platform, check }, signal, async (control) => {
    await check(control.client);
    // Such a run tells by its end why it ended.
    if (run === null && !(await isUnfinished(control.client))) return { id };
    return await resumeRun(control, id, { set, endTimeoutMs: 600_000 });
  });
}
