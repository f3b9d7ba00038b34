'use client';
/** Runs beside one another: verdict, curves, settings, what changed, where they are strong. */
import { GitCompare } from 'lucide-react';
import useSWR from 'swr';
import { ChartControls } from '#features/charts/chart-controls.tsx';
import { MetricChart } from '#features/charts/metric-chart.tsx';
import { ButtonLink } from '#ui/button.tsx';
import { percent } from '#ui/format.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { endpoint, useCompareState } from './compare-state.ts';
import { CoveragePanel } from './coverage-panel.tsx';
import { FlipsPanel } from './flips-panel.tsx';
import { RunPicker } from './run-picker.tsx';
import type { SidesAnswer } from './schemas.ts';
import { SettingsPanel } from './settings-panel.tsx';
import { VerdictPanel } from './verdict-panel.tsx';

export function ComparePage() {
  const { runs } = useCompareState();
  const { data, error } = useSWR<SidesAnswer>(endpoint('/sides', runs));
  const known = data?.sides.flatMap((side) => side.runs.map((run) => ({ ...run, side: side.label }))) ?? [];
  return (
    <>
      <PageHeader
        title="Compare"
        note="Runs that differ in their seed only stand together as one side."
        actions={known.length > 1 && <ButtonLink href="/runs">Choose in the table</ButtonLink>}
      />
      <div className="flex flex-col gap-4">
        <RunPicker sides={data?.sides ?? []} unknown={data?.unknown ?? []} />
        {error && <ErrorState title="The runs cannot be read" error={error} />}
        {runs.length === 0 && <Nothing />}
        {runs.length > 0 && !data && !error && <Skeleton className="h-64" />}
        {data && known.length > 0 && (
          <>
            <VerdictPanel />
            <Panel title="Curves" note="Mean over seeds with its standard error; each run thin behind.">
              <div className="mb-3">
                <ChartControls />
              </div>
              <div className="grid gap-6 lg:grid-cols-2">
                {['dev/accuracy', 'reward'].map((name) => (
                  <MetricChart
                    key={name}
                    name={name}
                    runs={known.map(({ id, side, seed }) => ({ id, label: `${side}, seed ${seed}` }))}
                    group
                    syncKey="compare"
                    {...(name === 'dev/accuracy' && { formatY: (y: number) => percent(y) })}
                  />
                ))}
              </div>
            </Panel>
            <SettingsPanel sides={data.sides} settings={data.settings} />
            <FlipsPanel sides={data.sides} />
            <CoveragePanel />
          </>
        )}
        {data && known.length === 0 && runs.length > 0 && (
          <ErrorState
            error={{ message: 'None of these runs is known here', hint: 'They may be in another folder or store.' }}
          />
        )}
      </div>
    </>
  );
}

function Nothing() {
  return (
    <Panel>
      <EmptyState
        icon={GitCompare}
        title="No runs chosen"
        action={
          <ButtonLink href="/runs" look="primary">
            Choose in the table of runs
          </ButtonLink>
        }
      >
        Name runs or sweeps above, or mark them in the table and press Compare. Two or more sides get a verdict; seeds
        of one side are averaged.
      </EmptyState>
    </Panel>
  );
}
