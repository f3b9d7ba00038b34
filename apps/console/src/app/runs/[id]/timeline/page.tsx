/** Timeline of a run. */
import { runOfPage } from '#features/run/read-page.ts';
import { readSteps, readTimeline } from '#features/run/read-timeline.ts';
import { TimelineTab } from '#features/run/timeline/timeline-tab.tsx';

export default async function RunTimelinePage({ params }: { params: Promise<{ id: string }> }) {
  const { store, run } = await runOfPage(params);
  const [timeline, steps] = await Promise.all([
    readTimeline(store, run),
    readSteps(store, run.id, { order: 'newest', offset: 0, limit: 200 }),
  ]);
  return <TimelineTab timeline={timeline} steps={steps} />;
}
