/** Evaluations of a run. */
import { EvaluationsTab } from '#features/run/evaluations/evaluations-tab.tsx';
import { readEvaluations } from '#features/run/read-evaluations.ts';
import { runOfPage } from '#features/run/read-page.ts';

export default async function RunEvaluationsPage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  return <EvaluationsTab initial={await readEvaluations(store, run.id)} />;
}
