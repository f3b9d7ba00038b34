'use client';
/** How the run went: what happened to it drawn on its reward, the processes that worked on it, and its steps. */
import { Panel } from '#ui/panel.tsx';
import { ChartControls } from '../../charts/chart-controls.tsx';
import { MetricChart } from '../../charts/metric-chart.tsx';
import type { RunTimeline, StepsPage } from '../timeline-schemas.ts';
import { useChartedRun, useRunMarkers, useTimeline } from '../use-run-markers.ts';
import { Attempts } from './attempts.tsx';
import { Events } from './events.tsx';
import { Steps } from './steps.tsx';

export function TimelineTab({ timeline, steps }: { timeline: RunTimeline; steps: StepsPage }) {
  const { data = timeline } = useTimeline(timeline);
  const markers = useRunMarkers();
  const runs = useChartedRun();
  return (
    <div className="flex flex-col gap-4">
      <Panel
        title="What happened on the way"
        note="Marks are retries, lost workers, pauses, resumes and changed settings."
        actions={<ChartControls />}
      >
        <MetricChart name="reward" title="Reward" runs={runs} markers={markers} syncKey="timeline" />
      </Panel>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Attempts attempts={data.attempts} />
        <Events timeline={data} />
      </div>
      <Steps initial={steps} timeline={data} />
    </div>
  );
}
