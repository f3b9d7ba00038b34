/** `queryloop resume <run or sweep>`: goes on with what was held, has failed, was cancelled, or has been lost by Temporal. */
import { configChanges, type ExperimentConfig, forbiddenChange, UserError } from '@queryloop/contracts';
import { overrideConfig } from '@queryloop/contracts/load-config';
import { goOn, isOpen } from '@queryloop/control';
import type { Client } from '@temporalio/client';
import { type FollowOptions, onPlatform } from '../on-platform.ts';
import { printResult } from '../print-result.ts';
import { openScreen } from '../screen.ts';
import { findRun, isFreshFolder, isSweep, type KnownRun, unknownRun } from '../stored-run.ts';

export interface ResumeOptions extends FollowOptions {
  set: string[];
}

export async function resume(id: string, { set, json, worker }: ResumeOptions, signal: AbortSignal): Promise<void> {
  if (isFreshFolder()) throw unknownRun(id);
  const run = await findRun(id);
  if (run === null && (await isSweep(id))) return await resumeSweep(id, { set, json, worker }, signal);
  const config = run && changedConfig(run, set);
  const changed = run !== null && config !== null && configChanges(run.config, config).length > 0;
  if (run?.result && !changed) return await printResult(run.result, openScreen({ json }), { json });

  const platform = { command: 'resume', attach: 'any', keep: id, json, worker } as const;
  const check = async (client: Client): Promise<void> => {
    // Temporal alone knows a run that ended before it got as far as the store.
    if (run === null && (await isOpen(client.workflow.getHandle(id))) === undefined) throw unknownRun(id);
  };
  await onPlatform({ ...platform, check }, signal, async (client) => {
    const handle = client.workflow.getHandle(id);
    const open = await isOpen(handle);
    if (open && !changed) {
      await handle.signal('resume');
      return handle;
    }
    if (open) {
      // It goes on in another execution, with other settings; the step in progress is dropped.
      await handle.cancel();
      await handle.result().catch(() => undefined);
    }
    if (run !== null && config !== null) return await goOn(client, run, config);
    await check(client);
    return handle;
  });
}

async function resumeSweep(id: string, { set, json, worker }: ResumeOptions, signal: AbortSignal): Promise<void> {
  if (set.length > 0) {
    throw new UserError({
      message: `--set: ${id} is a sweep, whose settings are in its file`,
      field: '--set',
      hint: 'Change the file and run it again: only what is new is done.',
    });
  }
  await (await import('./sweep.ts')).resumeSweep(id, { json, worker }, signal);
}

/** The run's config with --set applied. Throws UserError for what a run that goes on may not change. */
function changedConfig(run: KnownRun, set: readonly string[]): ExperimentConfig {
  const config = overrideConfig(run.config, { set });
  const forbidden = forbiddenChange(run.config, config, { runId: run.id, reached: run.reached });
  if (forbidden !== null) throw forbidden;
  return config;
}
