/** The splits of TEMPTABQA-C: file names, folders upstream, and the checksums of the pinned commit. */
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { UserError } from '@queryloop/contracts';

export interface SplitFile {
  /** File name, the same here and upstream. */
  file: string;
  /** Folder of the file in the upstream repository. */
  upstreamFolder: string;
  /** SHA-256 of the file at the pinned commit; absent where only the transport (TLS) vouches for it. */
  sha256?: string;
}

const testFolder = 'Test_Dataset_with_Splits';

export const temptabqaSplits: Record<string, SplitFile> = {
  train: {
    file: 'train_set.tsv',
    upstreamFolder: 'Train_set',
    sha256: '4ad216c43d4751707ae77139341ccfc3526c23784dec1184089f96b486607393',
  },
  dev: {
    file: 'dev_set.tsv',
    upstreamFolder: 'Dev_set',
    sha256: '27f7113f6a796578d7fea3c473a235342cc8284c930063665c8ba1cee7690033',
  },
  Original: {
    file: 'Original.tsv',
    upstreamFolder: testFolder,
    sha256: 'dd7310acd3e85dafa18829ff214a603104f0fe1a394908e4fd29dd08c43abfca',
  },
  CounterFactual: {
    file: 'CounterFactual.tsv',
    upstreamFolder: testFolder,
    sha256: 'e52b551ae6ffc9ad10d8affa357f0a6499a2097db45b1d2e435185cb489ab2fb',
  },
  Easy: {
    file: 'Easy.tsv',
    upstreamFolder: testFolder,
    sha256: '0adb7bb8c374a8369d551f476de709ba65182c50a1018d6a5cd37cba22a13604',
  },
  Medium: { file: 'Medium.tsv', upstreamFolder: testFolder },
  Hard: { file: 'Hard.tsv', upstreamFolder: testFolder },
  Original_Large_Table: { file: 'Original_Large_Table.tsv', upstreamFolder: testFolder },
  Original_Small_Table: { file: 'Original_Small_Table.tsv', upstreamFolder: testFolder },
};

/** Where the file of a named split lies in `folder`: flat, or laid out as upstream; null when it is in neither place. */
export function findSplitFile(folder: string, split: SplitFile): string | null {
  const places = [join(folder, split.file), join(folder, split.upstreamFolder, split.file)];
  return places.find((place) => existsSync(place)) ?? null;
}

/** True when `split` is the path of a file rather than the name of a split. */
export const isSplitPath = (split: string): boolean => split.toLowerCase().endsWith('.tsv');

/**
 * Path of a split's file.
 * @param split a name of `temptabqaSplits`, or the path of a `.tsv` file of the same form
 * @param folder folder of the benchmark; not needed for a path
 * @throws UserError for an unknown split, or one whose file is missing
 */
export function resolveSplit(split: string, folder: string | null): { name: string; path: string } {
  if (isSplitPath(split)) {
    const path = resolve(split);
    if (!existsSync(path)) {
      throw new UserError({
        message: `No such file: ${path}`,
        field: 'dataset',
        hint: 'Give the path of an existing .tsv file.',
      });
    }
    return { name: basename(path).replace(/\.tsv$/i, ''), path };
  }
  const known = Object.hasOwn(temptabqaSplits, split) ? temptabqaSplits[split] : undefined;
  const allowed = Object.keys(temptabqaSplits).join(', ');
  if (!known) {
    throw new UserError({
      message: `Unknown split "${split}"`,
      field: 'dataset',
      hint: `Allowed: ${allowed}, or the path of a .tsv file.`,
    });
  }
  const path = folder === null ? null : findSplitFile(folder, known);
  if (!path) {
    throw new UserError({
      message: `The file ${known.file} of split "${split}" is not in ${folder ?? 'any known folder'}`,
      field: 'dataset',
      hint: 'Put it there, or name the folder that has it in QUERYLOOP_TEMPTABQA_DIR.',
    });
  }
  return { name: split, path };
}
