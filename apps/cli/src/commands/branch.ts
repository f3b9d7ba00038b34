/** `queryloop branch` and `queryloop clone`: new runs made of one that is stored. */
import { type BranchOptions, type CloneOptions, launch, planBranch, planClone } from '@queryloop/control';
import { type FollowOptions, onPlatform } from '../on-platform.ts';
import { withKnownStore } from '../stored-run.ts';

/** A new run that shares what is stored of another up to an update, and computes only what comes after. */
export async function branch(
  parentId: string,
  { at, set = [], json, worker }: BranchOptions & FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const planned = await withKnownStore(parentId, (store) => planBranch(store, parentId, { at, set }));
  await onPlatform({ command: 'branch', json, worker }, signal, (control) => launch(control, planned));
}

/** A new run with the settings of another, as they are now; steps with the same inputs are not done again. */
export async function clone(
  originalId: string,
  { seed, set = [], json, worker }: CloneOptions & FollowOptions,
  signal: AbortSignal,
): Promise<void> {
  const planned = await withKnownStore(originalId, (store) => planClone(store, originalId, { seed, set }));
  await onPlatform({ command: 'clone', json, worker }, signal, (control) => launch(control, planned));
}
