/** The tab of a run about its rollouts, with its first paint read on the server. */
import type { Store } from '@queryloop/store';
import { readRollouts } from './read-map.ts';
import { readOutcomes } from './read-outcomes.ts';
import { RolloutsView } from './rollouts-view.tsx';

export async function RolloutsTab({ store, runId }: { store: Store; runId: string }) {
  const [stream, { total }] = await Promise.all([
    readOutcomes(store, runId),
    readRollouts(store, runId, { after: 0, limit: 1 }),
  ]);
  return <RolloutsView stream={stream} total={total} />;
}
