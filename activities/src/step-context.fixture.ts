/** What a step is given by a worker, for a test that calls it. */
import { join } from 'node:path';
import type { StepContext } from '@queryloop/contracts';
import { openLocalArtifactStore } from '@queryloop/store/artifacts';

/** A context that keeps all it keeps in a folder, is told of no progress and never ends. */
export function contextIn(folder: string): StepContext {
  return {
    artifacts: openLocalArtifactStore(join(folder, 'artifacts')),
    cacheFolder: join(folder, 'cache'),
    progress: () => undefined,
    signal: new AbortController().signal,
  };
}
