/** Which splits of a dataset can be had on this machine. */
import { type DatasetConfig, type StepContext, UserError } from '@queryloop/contracts';
import { temptabqaSplits } from '@queryloop/text-to-sql';
import { locateSource } from './dataset-source.ts';

export interface FoundSplit {
  split: string;
  /** Null where it can be had; else why not, in a few words. */
  missing: string | null;
}

/**
 * Looks for each split in the place of the test split. One that the benchmark names and whose file cannot be had is told as missing.
 * @throws UserError for a name that is no split, a path where no file is, and when the dataset itself cannot be had
 */
export async function findSplits(
  dataset: DatasetConfig,
  splits: readonly string[],
  context: StepContext,
): Promise<FoundSplit[]> {
  if (dataset.folder === undefined && dataset.name === 'built-in-world') return splits.map(ofBuiltInWorld);
  await requireDataset(dataset, context);
  const found: FoundSplit[] = [];
  for (const split of splits) found.push({ split, missing: await missing({ ...dataset, test: split }, context) });
  return found;
}

function ofBuiltInWorld(split: string): FoundSplit {
  if (split === 'test') return { split, missing: null };
  throw new UserError({
    message: `splits: the built-in world has no split "${split}"`,
    field: 'splits',
    hint: 'It has one to report on: test.',
  });
}

async function requireDataset(dataset: DatasetConfig, context: StepContext): Promise<void> {
  if ((await locateSource(dataset, context)) !== 'built-in world') return;
  throw new UserError({
    message: 'the files of TEMPTABQA-C cannot be had here',
    field: 'dataset.name',
    hint: 'Set QUERYLOOP_TEMPTABQA_DIR to a folder with its TSV files, or use dataset.name: built-in-world.',
  });
}

async function missing(dataset: DatasetConfig, context: StepContext): Promise<string | null> {
  const { test: split, folder } = dataset;
  const known = folder === undefined && Object.hasOwn(temptabqaSplits, split) ? temptabqaSplits[split] : undefined;
  try {
    return (await locateSource(dataset, context)) === 'built-in world' ? `${known?.file ?? split} cannot be had` : null;
  } catch (error) {
    if (known === undefined || !(error instanceof UserError)) throw error;
    return `no file ${known.file}`;
  }
}
