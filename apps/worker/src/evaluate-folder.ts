/** Scores a policy on a split outside any run: the steps of a run in a row, in one process, with what the step cache knows of them. */
import { stat } from 'node:fs/promises';
import { checkPolicy } from '@queryloop/activities/check-policy';
import { evaluatePolicy } from '@queryloop/activities/evaluate-policy';
import { importPolicy } from '@queryloop/activities/import-policy';
import { requirePlaceholders } from '@queryloop/activities/policy-folder';
import { prepareDataset } from '@queryloop/activities/prepare-dataset';
import {
  type EvaluateServedInput,
  type EvaluateServedOutput,
  evaluateServed,
} from '@queryloop/activities/rollout-server/evaluate-served';
import {
  type DatasetConfig,
  type Engine,
  type EvaluatePolicyInput,
  ExperimentConfig,
  engineOf,
  type PolicyState,
  type PromptConfig,
  prepareDatasetInput,
  type Scores,
  type Step,
  type StepContext,
  UserError,
} from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openStepCache } from '@queryloop/store/artifacts';
import { codeVersion } from './code-version.ts';
import { cachedSteps } from './step-cache.ts';
import { stepFingerprint } from './step-fingerprint.ts';

/** A policy of a run, with the settings that it was evaluated with there. */
export interface PolicyOfRun extends Pick<EvaluatePolicyInput, 'grpo' | 'rollout'> {
  state: PolicyState;
}

/** A model that a server serves; `tokenizer`: folder whose tokenizer and chat template make its prompts. */
export interface ServedPolicy extends Pick<EvaluateServedInput, 'server'> {
  tokenizer?: string;
  maxTokens?: number;
}

export interface EvaluateFolderInput extends Engine {
  /** Hugging Face folder, that of an adapter, a policy of a run, or a model that a server serves. */
  policy: { folder: string; maxTokens?: number; repairTurns?: number } | PolicyOfRun | ServedPolicy;
  /** What the policy reads; left out: prompts with placeholders. */
  prompt?: Partial<PromptConfig>;
  dataset: Pick<DatasetConfig, 'name' | 'folder'>;
  /** Split, or path of its file. */
  split: string;
  database: string;
}

export interface EvaluateFolderOutput {
  scores: Scores;
  /** Label of the dataset that was used. */
  label: string;
  /** Of a served model: answers that ended at the limit. */
  cut?: EvaluateServedOutput['cut'];
}

/** Label of results on the benchmark; anything else is the built-in world standing in for it. */
const benchmarkLabel = 'TEMPTABQA-C';

export const evaluateFolder: Step<EvaluateFolderInput, EvaluateFolderOutput> = async (input, context) => {
  if ('folder' in input.policy) await checkFolder(input.policy.folder);
  if ('server' in input.policy && input.policy.tokenizer !== undefined) await checkFolder(input.policy.tokenizer);
  const { dataset, prompt, ...defaults } = defaultsFor(input);
  const reuse = reusing(context);
  const { database } = input;
  const prepared = await reuse('prepareDataset', prepareDataset, prepareDatasetInput({ dataset, database, prompt }));
  const benchmark = dataset.folder === undefined && dataset.name === 'temptabqa-c';
  if (benchmark && prepared.label !== benchmarkLabel) {
    throw new UserError({
      message: 'the files of TEMPTABQA-C cannot be had here',
      field: '--dataset',
      hint: 'Set QUERYLOOP_TEMPTABQA_DIR to a folder with its TSV files, or use --dataset built-in-world.',
    });
  }
  if ('server' in input.policy) {
    const { server, tokenizer: folder } = input.policy;
    const served = { dataset: prepared.dataset, split: 'test' as const, server, folder, database };
    const { scores, cut } = await evaluateServed({ ...served, maxTokens: defaults.rollout.maxTokens }, context);
    return { scores, label: prepared.label, cut };
  }
  if ('folder' in input.policy && prompt.style === 'placeholder')
    await requirePlaceholders(input.policy.folder, '--prompt');
  const {
    state: policy,
    grpo,
    rollout,
  } = 'folder' in input.policy
    ? { state: await importPolicy(input.policy.folder, context), grpo: defaults.grpo, rollout: defaults.rollout }
    : input.policy;
  const checked: typeof evaluatePolicy = async (of, stepContext) => {
    if ('folder' in input.policy) await checkPolicy(input.policy.folder, input.threads, stepContext.artifacts);
    return await evaluatePolicy(of, stepContext);
  };
  const { scores } = await reuse('evaluatePolicy', checked, {
    ...{ dataset: prepared.dataset, split: 'test', policy, grpo, rollout, database, ...engineOf(input) },
    shard: { index: 0, of: 1 },
  });
  return { scores, label: prepared.label };
};

/** The config of a run that would evaluate the same. */
function defaultsFor({ policy, prompt, dataset, split }: EvaluateFolderInput): ExperimentConfig {
  const { maxTokens, repairTurns }: { maxTokens?: number; repairTurns?: number } = 'state' in policy ? {} : policy;
  return ExperimentConfig.parse({
    dataset: { ...dataset, test: split },
    // where the policy of a run came from makes no difference any more
    policy: { folder: 'folder' in policy ? policy.folder : '.' },
    ...(prompt !== undefined && { prompt }),
    rollout: { maxTokens, repairTurns },
  });
}

/** Does a step only when neither a run nor a command has done it with the same input. */
function reusing(context: StepContext) {
  const { artifacts, cacheFolder, signal, progress } = context;
  const steps = cachedSteps({
    ...{ artifacts, cacheFolder, codeVersion: codeVersion(), fingerprint: stepFingerprint },
    cache: openStepCache(foldersOf().home),
    warn: () => undefined,
  });
  return async <Input, Output>(name: string, body: Step<Input, Output>, input: Input): Promise<Output> => {
    const control = { signal, progress, alive: () => undefined };
    const { output } = await steps.run(name, input, control, (shared) =>
      body(input, { artifacts, cacheFolder, ...shared }),
    );
    return output as Output;
  };
}

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UserError({
    message: `--policy ${folder}: ${found ? 'not a folder' : 'no such folder, and no run of that name'}`,
    field: '--policy',
    hint: 'Give a folder with config.json, model.safetensors and tokenizer.json, or the id of a run.',
  });
}
