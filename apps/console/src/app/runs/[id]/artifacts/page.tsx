/** Artifacts of a run. */
import { ArtifactsTab } from '#features/run/artifacts/artifacts-tab.tsx';
import { readArtifacts } from '#features/run/read-artifacts.ts';
import { runOfPage } from '#features/run/read-page.ts';
import { artifacts } from '#server/store.ts';

export default async function RunArtifactsPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <ArtifactsTab initial={await readArtifacts(store, artifacts(), run, { offset: 0, limit: 50 })} />;
}
