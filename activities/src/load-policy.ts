/** Loads policy folders: whole models, and adapters over the checkpoint that their run made. */
import type { ArtifactStore } from '@queryloop/contracts';
import { readAdapterOrigin } from '@queryloop/contracts/adapter-origin';
import { findBase, isAdapterFolder, Policy } from '@queryloop/policy';
import { readChatTemplate } from './policy-text.ts';

export interface LoadPolicyOptions {
  threads: number;
  allowWasm?: boolean;
  /** For the steps of a run: a base that is lost is an error that says which artifact to make again. */
  ofRun?: boolean;
}

/**
 * Loads a policy from a folder. An adapter of a run is loaded over the checkpoint that its queryloop.json names, where the store has it,
 * any other adapter over the model that its adapter_config.json names. Throws UserError when there is no base, or it does not fit.
 */
export async function loadPolicy(
  folder: string,
  { ofRun = false, ...options }: LoadPolicyOptions,
  artifacts: Pick<ArtifactStore, 'path' | 'has'>,
): Promise<Policy> {
  const origin = await readAdapterOrigin(folder);
  if (origin === null || !(ofRun || (await artifacts.has(origin.base)))) return Policy.load(folder, options);
  return Policy.load(folder, { ...options, base: await artifacts.path(origin.base), seed: origin.seed });
}

/** The folder whose chat template a policy's prompts are written in: the base's, for an adapter that comes without one. Throws as `loadPolicy`. */
export async function templateFolder(folder: string, artifacts: Pick<ArtifactStore, 'path' | 'has'>): Promise<string> {
  if (!isAdapterFolder(folder) || (await readChatTemplate(folder)) !== null) return folder;
  const origin = await readAdapterOrigin(folder);
  return origin !== null && (await artifacts.has(origin.base)) ? await artifacts.path(origin.base) : findBase(folder);
}
