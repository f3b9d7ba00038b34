/** Writes a checkpoint of a run as a model that transformers loads, with the adapter it may hold merged into its base. */
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { loadPolicy } from '@queryloop/activities/load-policy';
import { copyChatTemplate } from '@queryloop/activities/policy-text';
import type { ArtifactRef, Engine, Step } from '@queryloop/contracts';

export interface WriteModelInput extends Engine {
  checkpoint: ArtifactRef;
  /** Folder that is not there yet. */
  to: string;
}

export interface WriteModelOutput {
  /** An adapter was merged; false for a run that trained all weights. */
  merged: boolean;
  bytes: number;
}

export const writeModel: Step<WriteModelInput, WriteModelOutput> = async ({ checkpoint, to, threads }, context) => {
  const folder = await context.artifacts.path(checkpoint);
  const policy = await loadPolicy(folder, { threads, ofRun: true }, context.artifacts);
  const target = resolve(to);
  await mkdir(dirname(target), { recursive: true });
  // Beside the target, so that what is whole takes its name in one move.
  const staging = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    const merged = policy.adapter !== null;
    if (merged) policy.mergeAdapter();
    await policy.save(join(staging, 'model'));
    await copyChatTemplate(folder, join(staging, 'model'));
    await rename(join(staging, 'model'), target);
    return { merged, bytes: 4 * policy.parameterCount() };
  } finally {
    policy.dispose();
    await rm(staging, { recursive: true, force: true });
  }
};
