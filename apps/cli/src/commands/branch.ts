/** `queryloop branch` and `queryloop clone`: new runs made of one that is stored. */
import { forbiddenChange, UserError } from '@queryloop/contracts';
import { overrideConfig } from '@queryloop/contracts/load-config';
import { newRunId, startExperiment } from '@queryloop/control';
import { type FollowOptions, onPlatform } from '../on-platform.ts';
import { requireRun } from '../stored-run.ts';

export interface BranchOptions extends FollowOptions {
  at: number;
  set: string[];
}

/** A new run that shares what is stored of another up to an update, and computes only what comes after. */
export async function branch(
  parentId: string,
  { at, set, json, worker }: BranchOptions,
  signal: AbortSignal,
): Promise<void> {
  const parent = await requireRun(parentId);
  if (at > parent.reached) {
    throw new UserError({
      message: `--at ${at}: run ${parentId} has got to update ${parent.reached}`,
      field: '--at',
      hint: `Give an update from 0 (the base policy) to ${parent.reached}.`,
    });
  }
  const config = overrideConfig(parent.config, { set });
  const forbidden = forbiddenChange(parent.config, config, { runId: parentId, reached: at });
  if (forbidden !== null) throw forbidden;
  const runId = newRunId(config.name, config.seed);
  const input = { runId, config, from: { runId: parentId, update: at } };
  await onPlatform({ command: 'branch', json, worker }, signal, (client) => startExperiment(client, input));
}

export interface CloneOptions extends FollowOptions {
  seed?: string;
  set: string[];
}

/** A new run with the settings of another, as they are now; steps with the same inputs are not done again. */
export async function clone(
  originalId: string,
  { seed, set, json, worker }: CloneOptions,
  signal: AbortSignal,
): Promise<void> {
  const original = await requireRun(originalId);
  const config = overrideConfig(original.config, { set, seed });
  const runId = newRunId(config.name, config.seed);
  await onPlatform({ command: 'clone', json, worker }, signal, (client) => startExperiment(client, { runId, config }));
}
