/** One update of a run: its groups and completions. */
import { notFound } from 'next/navigation';
import { UpdateView } from '#features/rollouts/update-view.tsx';
import { runOfPage } from '#features/run/read-page.ts';

export default async function RunUpdatePage({ params }: { params: Promise<{ id: string; update: string }> }) {
  const { store, run } = await runOfPage(params);
  const { update } = await params;
  if (!/^[1-9]\d{0,8}$/.test(update) || (await store.rollouts.get(run.id, Number(update))) === null) notFound();
  return <UpdateView update={Number(update)} total={await store.rollouts.count(run.id)} />;
}
