/** All runs. */
import { store } from '#server/store.ts';
import { PageHeader } from '#ui/page-header.tsx';

export default async function RunsPage() {
  const runs = await (await store()).runs.list();
  return <PageHeader title="Runs" note={`${runs.length} runs`} />;
}
