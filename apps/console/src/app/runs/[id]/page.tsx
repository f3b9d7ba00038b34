/** Overview of a run. */
import { OverviewTab } from '#features/run/overview/overview-tab.tsx';

export default function RunOverviewPage() {
  return <OverviewTab />;
}
