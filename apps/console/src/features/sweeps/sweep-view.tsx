'use client';
/** One sweep: the best trial, what is spent, which parameters matter, every trial, its decisions and its runs. */
import { parseAsJson, useQueryState } from 'nuqs';
import { type ComponentProps, useCallback, useMemo, useState } from 'react';
import useSWR from 'swr';
import { RunsView } from '#features/runs/runs-view.tsx';
import { useLive } from '#live/use-live.ts';
import { Badge, StatusBadge } from '#ui/badge.tsx';
import { Button } from '#ui/button.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { dateTime } from '#ui/format.ts';
import { PageHeader } from '#ui/page-header.tsx';
import { Panel } from '#ui/panel.tsx';
import { axesOf, type Brushes, passes } from './axes.ts';
import { ParallelCoordinates } from './parallel-coordinates.tsx';
import { RungsTable } from './rungs-table.tsx';
import type { SweepDetail } from './schemas.ts';
import { SweepActions } from './sweep-actions.tsx';
import { Budget, ImportanceList } from './sweep-facts.tsx';
import { columnsOfSweep, runsOfSweep } from './sweep-runs.ts';
import { methods, RunCounts } from './sweeps-list.tsx';
import { Score, shown, TrialsTable } from './trials-table.tsx';

const none: Brushes = {};

interface SweepViewProps {
  /** What the server had when it drew the page. */
  first: SweepDetail;
  firstRuns: ComponentProps<typeof RunsView>['first'];
}

export function SweepView({ first, firstRuns }: SweepViewProps) {
  const path = `/api/v1/sweeps/${first.id}`;
  const { data: sweep = first, mutate } = useSWR<SweepDetail, ApiError>(path, {
    fallbackData: first,
    refreshInterval: (latest) => (latest?.status === 'running' ? 15_000 : 0),
  });
  const reload = useCallback(() => void mutate(), [mutate]);
  useLive('*', { onRuns: reload, onRun: reload });
  const [hovered, setHovered] = useState<string | null>(null);
  const [brushes, setBrushes] = useQueryState('brush', parseAsJson(brushesOf).withDefault(none));
  const axes = useMemo(() => axesOf(sweep), [sweep]);
  const kept = useMemo(() => sweep.items.filter((trial) => passes(trial, axes, brushes)), [sweep, axes, brushes]);
  const keptIds = useMemo(() => new Set(kept.map(({ id }) => id)), [kept]);
  const columns = useMemo(() => columnsOfSweep(sweep), [sweep]);
  const brush = (axis: string, range: readonly [number, number] | null): void => {
    const { [axis]: _, ...others } = brushes;
    const rounded = range && ([Number(range[0].toFixed(3)), Number(range[1].toFixed(3))] as const);
    const next = rounded === null ? others : { ...others, [axis]: rounded };
    void setBrushes(Object.keys(next).length === 0 ? null : next);
  };
  const best = sweep.items.find(({ dev }) => dev !== null);

  return (
    <>
      <PageHeader
        title={sweep.name}
        trail={[{ label: 'Sweeps', href: '/sweeps' }]}
        badges={
          <>
            <StatusBadge status={sweep.status} />
            <Badge>{methods[sweep.method]}</Badge>
          </>
        }
        note={`${sweep.trials} trials, ${sweep.settings.seeds.length === 1 ? 'one seed' : `${sweep.settings.seeds.length} seeds`} each, since ${dateTime(sweep.createdAt)} UTC`}
        actions={<SweepActions sweep={sweep} onDone={reload} />}
      />
      {sweep.problem && (
        <p role="status" className="mb-3 rounded-md bg-warn-soft px-4 py-2 text-sm">
          {sweep.problem}
        </p>
      )}
      <div className="mb-3 grid gap-3 lg:grid-cols-3">
        <Panel title="Best on dev" note="Mean over seeds; test is never chosen by.">
          {best ? (
            <div className="flex flex-col gap-3">
              <p className="text-2xl font-semibold tracking-tight tabular">
                <Score score={best.dev} />
              </p>
              <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
                {Object.entries(best.parameters).map(([name, value]) => (
                  <div key={name} className="contents">
                    <dt className="text-ink-soft" title={name}>
                      {name.split('.').at(-1)}
                    </dt>
                    <dd className="break-all text-right tabular">{shown(value)}</dd>
                  </div>
                ))}
                <dt className="text-ink-soft">test accuracy</dt>
                <dd className="text-right tabular">
                  <Score score={best.test} />
                </dd>
              </dl>
            </div>
          ) : (
            <p className="text-sm text-ink-soft">No trial is scored yet.</p>
          )}
        </Panel>
        <Panel title="Spent" actions={<RunCounts sweep={sweep} />}>
          <Budget sweep={sweep} />
        </Panel>
        <Panel title="What matters">
          <ImportanceList sweep={sweep} />
        </Panel>
      </div>
      <Panel
        title="Trials"
        note="Drag along an axis to mark a range; click it to take the range away. Darker lines are better on dev."
        flush
        className="mb-3"
        actions={
          brushes !== none && (
            <>
              <span className="text-xs text-ink-soft tabular" aria-live="polite">
                {kept.length} of {sweep.items.length} in the marked ranges
              </span>
              <Button look="quiet" onClick={() => void setBrushes(null)}>
                Clear
              </Button>
            </>
          )
        }
      >
        <ParallelCoordinates
          axes={axes}
          trials={sweep.items}
          kept={keptIds}
          brushes={brushes}
          onBrush={brush}
          hovered={hovered}
          onHover={setHovered}
        />
        <TrialsTable sweep={sweep} trials={kept} hovered={hovered} onHover={setHovered} />
      </Panel>
      {sweep.method === 'asha' && (
        <Panel
          title="Decisions of successive halving"
          note={`Of ${sweep.settings.asha.reduction} trials at a rung the best goes on.`}
          flush
          className="mb-3"
        >
          <RungsTable sweep={sweep} />
        </Panel>
      )}
      <h2 className="mt-6 mb-2 text-lg font-semibold tracking-tight">Runs</h2>
      <RunsView first={firstRuns} within={runsOfSweep(sweep)} columns={columns} />
    </>
  );
}

/** What of the URL is understood; the rest is left out. */
function brushesOf(value: unknown): Brushes | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  const isRange = (range: unknown): range is [number, number] =>
    Array.isArray(range) && range.length === 2 && range.every((end) => typeof end === 'number');
  const known = Object.entries(value).filter((entry): entry is [string, [number, number]] => isRange(entry[1]));
  return known.length === 0 ? null : Object.fromEntries(known);
}
