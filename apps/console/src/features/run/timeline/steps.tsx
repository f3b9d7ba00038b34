'use client';
/** Steps of a run as bars: how long each took, how often it was tried. Only the rows in sight are made, so 20,000 stay quick. */
import { useVirtualizer } from '@tanstack/react-virtual';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { useRef } from 'react';
import useSWRInfinite from 'swr/infinite';
import { Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import { ScrollRegion } from '../scroll-region.tsx';
import type { RunStep, RunTimeline, StepsPage } from '../timeline-schemas.ts';
import { useRun } from '../use-run.tsx';
import { StepRow } from './step-row.tsx';

const pageSize = 200;
const rowHeight = 32;

export function Steps({ initial, timeline }: { initial: StepsPage; timeline: RunTimeline }) {
  const { path, run } = useRun();
  const [only, setOnly] = useQueryState('steps', parseAsStringLiteral(['all', 'retried', 'reused']).withDefault('all'));
  const [order, setOrder] = useQueryState('order', parseAsStringLiteral(['newest', 'oldest']).withDefault('newest'));
  const filter = only === 'all' ? '' : `&only=${only}`;
  const { data, size, setSize, isLoading } = useSWRInfinite<StepsPage>(
    (index) => `${path}/steps?order=${order}${filter}&offset=${index * pageSize}&limit=${pageSize}`,
    {
      ...(only === 'all' && order === 'newest' && { fallbackData: [initial] }),
      refreshInterval: run.finishedAt === null ? 5_000 : 0,
      revalidateFirstPage: run.finishedAt === null,
    },
  );
  const total = data?.at(-1)?.total ?? 0;
  const steps = withoutDoubles(data?.flatMap(({ items }) => items) ?? []);
  const longest = Math.max(1e-9, ...steps.map(({ seconds }) => seconds));
  const scroller = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: steps.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const onScroll = (): void => {
    const last = rows.getVirtualItems().at(-1)?.index ?? 0;
    if (last > steps.length - 40 && steps.length < total && size === data?.length) void setSize(size + 1);
  };
  return (
    <Panel
      title="Steps"
      note={`${steps.length < total ? `${steps.length} of ${total} loaded` : `${total} steps`}; the length of a bar is the time it took.`}
      actions={
        <>
          <Select
            aria-label="Which steps"
            className="w-auto"
            value={only}
            onChange={(event) => void setOnly(event.target.value as typeof only)}
          >
            <option value="all">All steps</option>
            <option value="retried">Tried again ({timeline.retried})</option>
            <option value="reused">From the cache ({timeline.reused})</option>
          </Select>
          <Select
            aria-label="Order"
            className="w-auto"
            value={order}
            onChange={(event) => void setOrder(event.target.value as typeof order)}
          >
            <option value="newest">Newest first</option>
            <option value="oldest">Oldest first</option>
          </Select>
        </>
      }
      flush
    >
      {steps.length === 0 ? (
        <EmptyState title={isLoading ? 'Loading…' : only === 'all' ? 'No step is done yet' : 'There are none'} />
      ) : (
        <ScrollRegion
          ref={scroller}
          onScroll={onScroll}
          label="Steps"
          className="max-h-[34rem] overflow-auto border-t border-line"
        >
          <ol style={{ height: rows.getTotalSize() }} className="relative min-w-[44rem]">
            {rows.getVirtualItems().map(({ index, start }) => {
              const step = steps[index] as RunStep;
              return (
                <li
                  key={`${step.update} ${step.name}`}
                  aria-posinset={index + 1}
                  aria-setsize={total}
                  className="absolute inset-x-0 top-0"
                  style={{ height: rowHeight, transform: `translateY(${start}px)` }}
                >
                  <StepRow step={step} longest={longest} before={steps[index - 1]?.update} />
                </li>
              );
            })}
          </ol>
        </ScrollRegion>
      )}
    </Panel>
  );
}

/** New steps move what was loaded from one page to the next. */
function withoutDoubles(steps: readonly RunStep[]): RunStep[] {
  return [...new Map(steps.map((step) => [`${step.update} ${step.name}`, step])).values()];
}
