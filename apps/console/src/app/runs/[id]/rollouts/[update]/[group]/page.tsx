/** One group of an update: the group lens. */
import { notFound } from 'next/navigation';
import { ApiProblem } from '#api/errors.ts';
import { LensView } from '#features/rollouts/lens-view.tsx';
import { readLens } from '#features/rollouts/read-lens.ts';
import { openUpdate } from '#features/rollouts/read-update.ts';
import { runOfPage } from '#features/run/read-page.ts';
import { artifacts } from '#server/store.ts';
import { ErrorState } from '#ui/states.tsx';

interface Params {
  params: Promise<{ id: string; update: string; group: string }>;
}

export default async function RunGroupPage({ params }: Params) {
  const { store, run } = await runOfPage(params);
  const { update, group } = await params;
  const known = /^[1-9]\d{0,8}$/.test(update) && /^\d{1,6}$/.test(group);
  if (!known || (await store.rollouts.get(run.id, Number(update))) === null) notFound();
  try {
    const opened = await openUpdate(store, artifacts(), run, Number(update));
    if (opened.groups[Number(group)] === undefined) notFound();
    const total = await store.rollouts.count(run.id);
    return <LensView lens={readLens(run, Number(update), Number(group), opened)} updates={total} />;
  } catch (error) {
    // The rollout is lost: all that there is to say.
    if (error instanceof ApiProblem) return <ErrorState title="This group cannot be shown" error={error} />;
    throw error;
  }
}
