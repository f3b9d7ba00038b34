/** Scores a policy folder on a split outside any run: the steps of a run in a row, in one process. */
import { cp, stat } from 'node:fs/promises';
import { evaluatePolicy } from '@queryloop/activities/evaluate-policy';
import { prepareDataset } from '@queryloop/activities/prepare-dataset';
import { type DatasetConfig, ExperimentConfig, type Scores, type Step, UserError } from '@queryloop/contracts';

export interface EvaluateFolderInput {
  /** Hugging Face folder of the policy. */
  folder: string;
  dataset: DatasetConfig['name'];
  /** Split, or path of a TSV file. */
  split: string;
  database: string;
  threads: number;
}

export interface EvaluateFolderOutput {
  scores: Scores;
  /** Label of the dataset that was used. */
  label: string;
}

/** Label of results on the benchmark; anything else is the built-in world standing in for it. */
const benchmarkLabel = 'TEMPTABQA-C';

export const evaluateFolder: Step<EvaluateFolderInput, EvaluateFolderOutput> = async (input, context) => {
  await checkFolder(input.folder);
  const { grpo, rollout, dataset } = ExperimentConfig.parse({ dataset: { name: input.dataset, test: input.split } });
  const prepared = await prepareDataset({ dataset, database: input.database }, context);
  if (input.dataset === 'temptabqa-c' && prepared.label !== benchmarkLabel) {
    throw new UserError({
      message: 'the files of TEMPTABQA-C cannot be had here',
      field: '--dataset',
      hint: 'Set QUERYLOOP_TEMPTABQA_DIR to a folder with its TSV files, or use --dataset built-in-world.',
    });
  }
  const base = await context.artifacts.putFolder('checkpoint', (target) =>
    cp(input.folder, target, { recursive: true, dereference: true }),
  );
  const policy = { base, snapshot: base, update: 0, replay: [] };
  const { database, threads } = input;
  const { scores } = await evaluatePolicy(
    { dataset: prepared.dataset, split: 'test', policy, grpo, rollout, database, threads, shard: { index: 0, of: 1 } },
    context,
  );
  return { scores, label: prepared.label };
};

async function checkFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new UserError({
    message: `--policy ${folder}: ${found ? 'not a folder' : 'no such folder, and no run of that name'}`,
    field: '--policy',
    hint: 'Give a folder with config.json, model.safetensors and tokenizer.json, or the id of a run.',
  });
}
