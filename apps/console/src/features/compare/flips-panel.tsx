'use client';
/** Flip ledger: the questions that became right or wrong between two runs, or two checkpoints of one. */
import { useState } from 'react';
import useSWR from 'swr';
import { Button } from '#ui/button.tsx';
import { Field, Input, Select } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { endpoint, useCompareState } from './compare-state.ts';
import { FlipItem } from './flip-item.tsx';
import type { EvaluationChoice, FlipChange, FlipsAnswer, Side } from './schemas.ts';

const pageSize = 20;

export function FlipsPanel({ sides }: { sides: readonly Side[] }) {
  const { runs, split, before, after, change, text, set } = useCompareState();
  const [shown, setShown] = useState(pageSize);
  const choices = useSWR<{ items: EvaluationChoice[] }>(endpoint('/evaluations', runs, { split }));
  const items = choices.data?.items ?? [];
  const [first, last] = usualPair(items, sides);
  const [from, to] = [before ?? first, after ?? last];
  const query = new URLSearchParams({ before: from ?? '', after: to ?? '', change, text, limit: String(shown) });
  const { data, error } = useSWR<FlipsAnswer>(from && to ? `/api/v1/compare/flips?${query}` : null);
  const labels = new Map(
    sides.flatMap(({ label, runs: members }) => members.map(({ id, seed }) => [id, `${label}, seed ${seed}`])),
  );
  const picker = (name: 'before' | 'after', value: string | undefined) => (
    <Field label={name === 'before' ? 'From' : 'To'} htmlFor={`flip-${name}`}>
      <Select id={`flip-${name}`} value={value ?? ''} onChange={({ target }) => void set({ [name]: target.value })}>
        {items.map(({ id, runId, update, accuracy }) => (
          <option key={id} value={id}>
            {`${labels.get(runId) ?? runId}, after update ${update} (${percent(accuracy)})`}
          </option>
        ))}
      </Select>
    </Field>
  );
  return (
    <Panel title="Flip ledger" note="Questions whose answer changed from one evaluation to another.">
      <div className="grid gap-3 sm:grid-cols-2 lg:grid-cols-[1fr_1fr_10rem_12rem]">
        {picker('before', from)}
        {picker('after', to)}
        <Field label="Show" htmlFor="flip-change">
          <Select
            id="flip-change"
            value={change}
            onChange={({ target }) => void set({ change: target.value as FlipChange })}
          >
            <option value="both">won and lost</option>
            <option value="won">won</option>
            <option value="lost">lost</option>
          </Select>
        </Field>
        <Field label="Search" htmlFor="flip-text">
          <Input
            id="flip-text"
            type="search"
            value={text}
            onChange={({ target }) => void set({ text: target.value || null })}
          />
        </Field>
      </div>
      <div className="mt-4">
        {choices.data && items.length === 0 && (
          <EmptyState title={`No evaluation on ${split} yet`}>
            Runs are evaluated on dev as they go, on test at their end.
          </EmptyState>
        )}
        {(error ?? choices.error) && <ErrorState error={error ?? choices.error} />}
        {!data && !error && from && to && <Skeleton className="h-40" />}
        {data && (
          <>
            <p role="status" className="mb-2 text-sm tabular">
              <span className="font-medium text-good">{data.counts.won} won</span>,{' '}
              <span className="font-medium text-bad">{data.counts.lost} lost</span>
              <span className="text-ink-soft">
                , {data.counts.right} right and {data.counts.wrong} wrong in both
              </span>
            </p>
            <ul className="flex flex-col divide-y divide-line border-y border-line">
              {data.items.map((item) => (
                <FlipItem key={item.position} {...item} />
              ))}
            </ul>
            {data.total > data.items.length && (
              <Button className="mt-3" onClick={() => setShown(shown + 50)}>
                Show more of {data.total}
              </Button>
            )}
          </>
        )}
      </div>
    </Panel>
  );
}

/** With two sides the end of a run of each; with one the first and the last evaluation of a run. */
function usualPair(
  items: readonly EvaluationChoice[],
  sides: readonly Side[],
): [string | undefined, string | undefined] {
  const ends = sides.map(({ runs }) => items.findLast(({ runId }) => runId === runs[0]?.id)?.id);
  if (ends[0] && ends[1]) return [ends[0], ends[1]];
  const own = items.filter(({ runId }) => runId === sides[0]?.runs[0]?.id);
  return [own[0]?.id, own.at(-1)?.id];
}
