/** Where a dataset's questions and rows come from: the benchmark's files, or the built-in world when those cannot be had. */
import type { DatasetConfig, StepContext } from '@queryloop/contracts';
import {
  countOutsideData,
  generateWorld,
  isSplitPath,
  locateTemptabqa,
  type Question,
  readQuestionsTsv,
  resolveSplit,
  rowsFromContexts,
  type SourceSplit,
  selectDev,
} from '@queryloop/text-to-sql';
import type { SplitRole } from './dataset-artifact.ts';

/** A split, and how many of its answers no query over the data can give. */
export interface CountedSplit extends SourceSplit {
  outsideData: number;
}

export interface Source {
  /** How results are labelled. */
  label: string;
  splits: Record<SplitRole, CountedSplit>;
}

/** Seed of the built-in world: always the same world, so that results on it compare. */
const WORLD_SEED = 1;

/** Where a dataset is to be read: the built-in world, or a file for each split. */
export type SourcePlace = 'built-in world' | Record<SplitRole, { name: string; path: string }>;

/** Decides where a dataset is read, fetching the benchmark when it is named and not here. */
export async function locateSource(
  dataset: DatasetConfig,
  { cacheFolder, signal, progress }: StepContext,
): Promise<SourcePlace> {
  const tell = (detail: string) => progress({ phase: 'prepare dataset', done: 0, total: 1, detail });
  const { train, dev, test } = dataset;
  const splits = [train, dev, test];
  const folder =
    dataset.name === 'temptabqa-c' ? await locateTemptabqa({ cacheFolder, signal, splits, progress: tell }) : null;
  const named = splits.some((split) => !isSplitPath(split));
  if (dataset.name === 'built-in-world' || (folder === null && named)) {
    if (dataset.name !== 'built-in-world') tell('TEMPTABQA-C cannot be had: using the built-in world');
    return 'built-in world';
  }
  return { train: resolveSplit(train, folder), dev: resolveSplit(dev, folder), test: resolveSplit(test, folder) };
}

/** Reads train, dev (without questions that stand in train) and test. */
export async function readSource(dataset: DatasetConfig, context: StepContext): Promise<Source> {
  const place = await locateSource(dataset, context);
  if (place === 'built-in world') return { label: 'built-in world (not TEMPTABQA-C)', splits: worldSplits() };
  const read = (role: SplitRole, drop: readonly Question[] = []): CountedSplit & { questions: Question[] } => {
    const { name, path } = place[role];
    const all = readQuestionsTsv(path, name);
    const questions = selectDev(all, drop);
    return {
      name,
      questions,
      rows: rowsFromContexts(all.map(({ context: text }) => text)),
      outsideData: countOutsideData(questions),
    };
  };
  const train = read('train');
  return { label: 'TEMPTABQA-C', splits: { train, dev: read('dev', train.questions), test: read('test') } };
}

function worldSplits(): Source['splits'] {
  const { splits, rows } = generateWorld({ seed: WORLD_SEED });
  const split = (role: SplitRole): CountedSplit => ({
    name: role,
    questions: splits[role].questions,
    rows,
    outsideData: 0,
  });
  return { train: split('train'), dev: split('dev'), test: split('test') };
}
