/** Config of a run. */
import { ConfigTab } from '#features/run/config/config-tab.tsx';
import { readConfig } from '#features/run/read-config.ts';
import { runOfPage } from '#features/run/read-page.ts';

export default async function RunConfigPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <ConfigTab initial={await readConfig(store, run)} />;
}
