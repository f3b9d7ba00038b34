/**
 * Where a dataset's questions and rows come from: a folder of the user's own, the benchmark's files, or the built-in world when those
 * cannot be had.
 */
import type { DatasetConfig, StepContext } from '@queryloop/contracts';
import {
  athletesSchema,
  athletesWordList,
  countOutsideData,
  countOutsideRows,
  type DatabaseSchema,
  generateWorld,
  isSplitPath,
  loadWordList,
  locateTemptabqa,
  type OpenedDataset,
  openDatasetFolder,
  type Question,
  readOwnRows,
  readOwnSplit,
  readQuestionsTsv,
  resolveSplit,
  rowsFromContexts,
  type SourceSplit,
  selectDev,
  splitFileOf,
  type WordList,
} from '@queryloop/text-to-sql';
import type { SplitRole } from './dataset-artifact.ts';

/** A split, and how many of its answers no query over the data can give. */
export interface CountedSplit extends SourceSplit {
  outsideData: number;
}

export interface Source {
  /** How results are labelled. */
  label: string;
  schema: DatabaseSchema;
  words: WordList;
  /** It is not one of those that ship with the project: schema and words are its own. */
  own: boolean;
  splits: Record<SplitRole, CountedSplit>;
}

/** Seed of the built-in world: always the same world, so that results on it compare. */
const WORLD_SEED = 1;

type SplitFiles = Record<SplitRole, { name: string; path: string }>;

/** Where a dataset is to be read: the built-in world, or a file for each split, with the folder that they belong to. */
export type SourcePlace = 'built-in world' | { files: SplitFiles; own: OpenedDataset | null };

/** Decides where a dataset is read, fetching the benchmark when it is named and not here. */
export async function locateSource(
  dataset: DatasetConfig,
  { cacheFolder, signal, progress }: StepContext,
): Promise<SourcePlace> {
  const tell = (detail: string) => progress({ phase: 'prepare dataset', done: 0, total: 1, detail });
  const { train, dev, test } = dataset;
  if (dataset.folder !== undefined) {
    const own = openDatasetFolder(dataset.folder);
    const files = { train: splitFileOf(own, train), dev: splitFileOf(own, dev), test: splitFileOf(own, test) };
    return { files, own };
  }
  const splits = [train, dev, test];
  const folder =
    dataset.name === 'temptabqa-c' ? await locateTemptabqa({ cacheFolder, signal, splits, progress: tell }) : null;
  const named = splits.some((split) => !isSplitPath(split));
  if (dataset.name === 'built-in-world' || (folder === null && named)) {
    if (dataset.name !== 'built-in-world') tell('TEMPTABQA-C cannot be had: using the built-in world');
    return 'built-in world';
  }
  const files = {
    train: resolveSplit(train, folder),
    dev: resolveSplit(dev, folder),
    test: resolveSplit(test, folder),
  };
  return { files, own: null };
}

/** Reads train, dev (without questions that stand in train) and test. */
export async function readSource(dataset: DatasetConfig, context: StepContext): Promise<Source> {
  const place = await locateSource(dataset, context);
  const athletes = { schema: athletesSchema, words: athletesWordList(), own: false };
  if (place === 'built-in world')
    return { label: 'built-in world (not TEMPTABQA-C)', ...athletes, splits: worldSplits() };
  if (place.own) return await readOwnSource(dataset, place.own, context);
  const read = (role: SplitRole, drop: readonly Question[] = []): CountedSplit & { questions: Question[] } => {
    const { name, path } = place.files[role];
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
  return {
    label: 'TEMPTABQA-C',
    ...athletes,
    splits: { train, dev: read('dev', train.questions), test: read('test') },
  };
}

/** All splits are about the same rows, those of the folder's snapshot. */
async function readOwnSource(dataset: DatasetConfig, own: OpenedDataset, { signal }: StepContext): Promise<Source> {
  const rows = readOwnRows(own);
  const read = async (role: SplitRole, drop: CountedSplit['questions'] = []): Promise<CountedSplit> => {
    const { name, questions: all } = await readOwnSplit(own, dataset[role], signal);
    const questions = selectDev(all, drop);
    return { name, questions, rows, outsideData: countOutsideRows(questions, rows) };
  };
  const train = await read('train');
  const splits = { train, dev: await read('dev', train.questions), test: await read('test') };
  return { label: own.name, schema: own.schema, words: loadWordList(own.words), own: true, splits };
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
