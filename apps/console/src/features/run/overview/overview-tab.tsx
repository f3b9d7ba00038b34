'use client';
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
/** What a run came to, at a glance. */
import { MetricChart } from '../../charts/metric-chart.tsx';
import { useChartedRun, useRunMarkers } from '../use-run-markers.ts';
import { Actions, Family, Notes, TimeSpent } from './aside.tsx';
import { Examples } from './examples.tsx';
import { Failure } from './failure.tsx';
import { KeyNumbers } from './key-numbers.tsx';

export function OverviewTab() {
  const markers = useRunMarkers();
  const runs = useChartedRun();
  return (
    <div className="flex flex-col gap-4">
      <Failure />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,2fr)_minmax(18rem,1fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <KeyNumbers />
          <div className="grid gap-4 sm:grid-cols-2">
            <Panel className="pt-2">
              <MetricChart name="reward" title="Reward" runs={runs} markers={markers} syncKey="overview" />
            </Panel>
            <Panel className="pt-2">
              <MetricChart
                name="dev/accuracy"
                title="Accuracy on dev"
                runs={runs}
                markers={markers}
                syncKey="overview"
                formatY={percent}
              />
            </Panel>
          </div>
          <Examples />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <TimeSpent />
          <Notes />
          <Family />
          <Actions />
        </div>
      </div>
    </div>
  );
}
