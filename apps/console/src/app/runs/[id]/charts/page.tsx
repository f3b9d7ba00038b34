/** Charts of a run. */
import { ChartsTab } from '#features/run/charts-tab.tsx';
import { runOfPage } from '#features/run/read-page.ts';

export default async function RunChartsPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <ChartsTab initial={{ items: await store.series.names([run.id]) }} />;
}
