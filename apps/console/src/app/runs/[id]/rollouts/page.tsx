/** Rollouts of a run. */
import { RolloutsTab } from '#features/rollouts/rollouts-tab.tsx';
import { runOfPage } from '#features/run/read-page.ts';

export default async function RunRolloutsPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <RolloutsTab store={store} runId={run.id} />;
}
