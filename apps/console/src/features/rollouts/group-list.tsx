'use client';
/** Groups of an update: filtered, sorted and in pages, all of it in the URL. */
import Link from 'next/link';
import { parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { useRun } from '#features/run/use-run.tsx';
import { visible } from '#features/run/visible-text.tsx';
import { Button } from '#ui/button.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Input, Select } from '#ui/field.tsx';
import { number } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { StateBadge, stateWords } from './group-states.tsx';
import { LostNote } from './lost-note.tsx';
import { promptText } from './prompt-text.ts';
import { GroupState, type GroupSummary, type GroupsPage } from './schemas.ts';

const pageSize = 50;
const sorts = {
  group: 'As sampled',
  reward: 'By reward',
  std: 'By spread',
  solved: 'By right answers',
  distinct: 'By variety',
};
type Sort = keyof typeof sorts;

const state = {
  state: parseAsStringLiteral(GroupState.options),
  q: parseAsString.withDefault(''),
  sort: parseAsStringLiteral(Object.keys(sorts) as Sort[]).withDefault('group'),
  down: parseAsBoolean.withDefault(false),
  page: parseAsInteger.withDefault(1),
};

export function GroupList({ update }: { update: number }) {
  const { path } = useRun();
  const [query, set] = useQueryStates(state);
  const parameters = new URLSearchParams({
    ...(query.state && { state: query.state }),
    ...(query.q && { text: query.q }),
    sort: query.sort,
    descending: String(query.down),
    offset: String((Math.max(1, query.page) - 1) * pageSize),
    limit: String(pageSize),
  });
  const { data, error } = useSWR<GroupsPage, ApiError>(`${path}/rollouts/${update}?${parameters}`);
  const narrow = (
    change: Partial<{ state: GroupState | null; q: string | null; sort: Sort | null; down: boolean | null }>,
  ) => void set({ ...change, page: null });
  return (
    <>
      {data && <LostNote lost={data.lost} executions={data.executions} />}
      <Panel title="Groups" note={data && `${data.total} groups; what each prompt’s completions earned`} flush>
        <div className="flex flex-wrap gap-2 px-4 pb-3">
          <Input
            type="search"
            aria-label="Text in prompt, question or answer"
            placeholder="Text in prompt, question or answer"
            className="flex-1 basis-48"
            value={query.q}
            onChange={(event) => narrow({ q: event.target.value || null })}
          />
          <Select
            aria-label="How they came out"
            className="sm:w-auto"
            value={query.state ?? ''}
            onChange={(event) => narrow({ state: (event.target.value || null) as GroupState | null })}
          >
            <option value="">However they came out</option>
            {GroupState.options.map((name) => (
              <option key={name} value={name}>
                {stateWords[name].label} {data ? `(${data.states[name]})` : ''}
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
            title="No group fits this filter"
            action={<Button onClick={() => narrow({ state: null, q: null })}>Show all</Button>}
          />
        )}
        <ul className="divide-y divide-line border-t border-line">
          {data?.items.map((group) => (
            <GroupRow key={group.group} group={group} update={update} />
          ))}
        </ul>
        {data && (
          <Pages total={data.total} pageSize={pageSize} page={query.page} onPage={(page) => void set({ page })} />
        )}
      </Panel>
    </>
  );
}

function GroupRow({ group, update }: { group: GroupSummary; update: number }) {
  const { run } = useRun();
  const { prompt, questions, rewardMean, rewardStd, solved, state: came, samples, distinct, adopted } = group;
  const [first] = questions;
  return (
    <li className="relative grid gap-x-4 gap-y-1 px-4 py-2 hover:bg-sunken md:grid-cols-[minmax(0,1fr)_8rem_9rem_8rem]">
      <div className="min-w-0">
        <Link
          href={`/runs/${encodeURIComponent(run.id)}/rollouts/${update}/${group.group}`}
          className="break-words font-medium after:absolute after:inset-0 hover:underline"
        >
          {promptText(prompt)}
        </Link>
        {first && (
          <p className="truncate text-xs text-ink-soft">
            {visible(first.question)} → {visible(first.answer)}
            {questions.length > 1 && <span className="text-ink-faint"> and {questions.length - 1} more</span>}
          </p>
        )}
      </div>
      <div>
        <StateBadge state={came} solved={solved} />
      </div>
      <p className="tabular text-sm">
        {number(rewardMean)} <span className="text-xs text-ink-faint">± {number(rewardStd)}</span>
      </p>
      <p className="tabular text-xs text-ink-soft">
        {distinct} different of {samples}
        {adopted > 0 && <span className="text-accent"> +{adopted} adopted</span>}
      </p>
    </li>
  );
}
