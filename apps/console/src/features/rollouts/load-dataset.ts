/** The prepared dataset of a run, kept in memory: a few megabytes of questions. Server only. */
import type { ArtifactStore } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';
import type { PreparedDataset } from '@queryloop/text-to-sql';
import { kept } from './kept.ts';
import { orLost } from './load-update.ts';
import type { LostArtifact } from './schemas.ts';

const lately = kept<PreparedDataset>('datasets', 4);

/** Null when the run has none yet, or when it is lost, which `lost` then says. */
export async function loadDataset(
  store: Store,
  artifacts: ArtifactStore,
  hash: string | null,
  lost: LostArtifact[] = [],
): Promise<PreparedDataset | null> {
  const stored = hash === null ? null : await store.datasets.get(hash);
  if (stored === null) return null;
  const { dataset } = stored;
  return await orLost(() => lately(dataset.hash, () => artifacts.getJson(dataset)), lost);
}
