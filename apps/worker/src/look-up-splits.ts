/** For commands: which splits of a dataset can be had, looked for without a worker. */
import { mkdirSync } from 'node:fs';
import { type FoundSplit, findSplits } from '@queryloop/activities/find-splits';
import type { DatasetConfig } from '@queryloop/contracts';
import { foldersOf } from '@queryloop/contracts/folders';
import { openArtifacts } from '@queryloop/store/artifacts';

export async function lookUpSplits(
  dataset: DatasetConfig,
  splits: readonly string[],
  { signal, tell }: { signal: AbortSignal; tell(detail: string): void },
): Promise<FoundSplit[]> {
  const { home, cache: cacheFolder } = foldersOf();
  mkdirSync(cacheFolder, { recursive: true });
  return await findSplits(dataset, splits, {
    artifacts: openArtifacts(home),
    cacheFolder,
    signal,
    progress: ({ detail }) => detail !== undefined && tell(detail),
  });
}
