/** Analyses of a run. */
import { AnalysesTab } from '#features/run/analyses/analyses-tab.tsx';

export default function RunAnalysesPage() {
  return <AnalysesTab />;
}
