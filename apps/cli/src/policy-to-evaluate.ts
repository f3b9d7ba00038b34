/** The policy of `--policy`: in a folder, or the trained one of a finished run. */
import { existsSync } from 'node:fs';
import { type DatasetConfig, engineOf, UserError } from '@queryloop/contracts';
import { foldersOf, policyPath } from '@queryloop/contracts/folders';
import { evaluatedRun } from '@queryloop/control';
import type { EvaluateFolderInput } from '@queryloop/worker';
import { withStore } from './stored-run.ts';

export interface PolicyToEvaluate extends Pick<EvaluateFolderInput, 'policy' | 'prompt' | 'threads' | 'device'> {
  /** What a run was trained on. */
  dataset?: DatasetConfig;
}

/** TensorFlow threads for a folder, as in the default config. */
const threads = 2;

/**
 * The folder itself when there is one of that name, or a model pulled under it, else the trained policy of the run of that name, with its settings, so that what
 * was computed of it before is found again. Throws UserError when neither is there.
 */
export async function policyToEvaluate(folderOrRun: string, split: string | undefined): Promise<PolicyToEvaluate> {
  const folder = policyPath(folderOrRun);
  if (existsSync(folder)) return { policy: { folder }, threads };
  const found = await withStore(async (store) => {
    const run = await store.runs.get(folderOrRun);
    return run === null ? undefined : await evaluatedRun(store, run, split ?? run.config.dataset.test);
  });
  if (found === undefined) {
    throw new UserError({
      message: `--policy ${folderOrRun}: no such folder, and no run of that name in ${foldersOf().home}`,
      field: '--policy',
      hint: 'Give a folder with config.json, model.safetensors and tokenizer.json, or the id of a run.',
    });
  }
  const { config, final: state } = found;
  return {
    policy: { state, grpo: config.grpo, rollout: config.rollout },
    prompt: config.prompt,
    ...engineOf(config),
    dataset: config.dataset,
  };
}
