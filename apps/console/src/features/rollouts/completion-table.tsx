'use client';
/** Completions of an update: filtered by outcome and text, sorted, in pages, and as a file. */
import { Download } from 'lucide-react';
import { parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { useRun } from '#features/run/use-run.tsx';
import { Button, ButtonLink } from '#ui/button.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Input, Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { CompletionItem } from './completion-item.tsx';
import { LostNote } from './lost-note.tsx';
import { outcomeWords } from './outcome-words.ts';
import { type CompletionsPage, type OutcomeClass, outcomeClasses } from './schemas.ts';

const pageSize = 50;
const sorts = { group: 'As sampled', reward: 'By reward', advantage: 'By advantage', length: 'By length' };
type Sort = keyof typeof sorts;

const state = {
  outcome: parseAsStringLiteral(outcomeClasses),
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(Object.keys(sorts) as Sort[]).withDefault('group'),
  down: parseAsBoolean.withDefault(false),
  page: parseAsInteger.withDefault(1),
};

interface Narrower {
  outcome: OutcomeClass | null;
  q: string | null;
  sort: Sort | null;
  down: boolean | null;
}

export function CompletionTable({ update }: { update: number }) {
  const { path } = useRun();
  const [query, set] = useQueryStates(state);
  const filter = new URLSearchParams({
    ...(query.outcome && { outcome: query.outcome }),
    ...(query.q && { text: query.q }),
    sort: query.sort,
    descending: String(query.down),
  });
  const base = `${path}/rollouts/${update}/completions`;
  const offset = (Math.max(1, query.page) - 1) * pageSize;
  const { data, error } = useSWR<CompletionsPage, ApiError>(`${base}?${filter}&offset=${offset}&limit=${pageSize}`);
  const narrow = (change: Partial<Narrower>) => void set({ ...change, page: null });
  return (
    <>
      {data && <LostNote lost={data.lost} executions={data.executions} />}
      <Panel
        title="Completions"
        note={data && `${data.total} completions; each with the first of its questions that had the outcome`}
        actions={(['csv', 'json'] as const).map((format) => (
          <ButtonLink key={format} href={`${base}/file?${filter}&format=${format}`} prefetch={false} download>
            <Download aria-hidden /> {format.toUpperCase()}
          </ButtonLink>
        ))}
        flush
      >
        <div className="flex flex-wrap gap-2 px-4 pb-3">
          <Input
            type="search"
            aria-label="Text in query, question or answer"
            placeholder="Text in query, question or answer"
            className="flex-1 basis-48"
            value={query.q}
            onChange={(event) => narrow({ q: event.target.value || null })}
          />
          <Select
            aria-label="Outcome"
            className="sm:w-auto"
            value={query.outcome ?? ''}
            onChange={(event) => narrow({ outcome: (event.target.value || null) as OutcomeClass | null })}
          >
            <option value="">Every outcome</option>
            {outcomeClasses.map((name) => (
              <option key={name} value={name}>
                {outcomeWords[name].label} {data ? `(${data.outcomes[name] ?? 0})` : ''}
              </option>
            ))}
          </Select>
          <Select
            aria-label="Order"
            className="sm:w-auto"
            value={query.sort}
            onChange={(event) => narrow({ sort: event.target.value as Sort })}
          >
            {Object.entries(sorts).map(([name, label]) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
          </Select>
          <Button aria-pressed={query.down} onClick={() => narrow({ down: !query.down || null })}>
            {query.down ? 'Highest first' : 'Lowest first'}
          </Button>
        </div>
        {error && <ErrorState error={error} />}
        {!data && !error && <Skeleton className="m-4 h-64" />}
        {data?.items.length === 0 && (
          <EmptyState
            title="No completion fits this filter"
            action={<Button onClick={() => narrow({ outcome: null, q: null })}>Show all</Button>}
          />
        )}
        <ul className="divide-y divide-line border-t border-line">
          {data?.items.map((row) => (
            <CompletionItem key={`${row.group} ${row.completion}`} row={row} update={update} />
          ))}
        </ul>
        {data && (
          <Pages total={data.total} pageSize={pageSize} page={query.page} onPage={(page) => void set({ page })} />
        )}
      </Panel>
    </>
  );
}
