'use client';
/** Questions of a split: searched, filtered and in pages, with how often runs answer them right. */
import { parseAsBoolean, parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { Button } from '#ui/button.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Input, Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { EmptyState, ErrorState, Skeleton } from '#ui/states.tsx';
import { QuestionRow } from './question-row.tsx';
import { type DatasetDetail, type QuestionsPage, SplitName } from './schemas.ts';

const pageSize = 50;
const sorts = { position: 'In order', accuracy: 'By right answers', type: 'By type' };
type Sort = keyof typeof sorts;

const state = {
  split: parseAsStringLiteral(SplitName.options).withDefault('dev'),
  type: parseAsString,
  q: parseAsString.withDefault(''),
  linked: parseAsStringLiteral(['linked', 'unlinked']),
  sort: parseAsStringLiteral(Object.keys(sorts) as Sort[]).withDefault('position'),
  down: parseAsBoolean.withDefault(false),
  page: parseAsInteger.withDefault(1),
  open: parseAsInteger,
};

export function QuestionList({ dataset: { hash, splits } }: { dataset: DatasetDetail }) {
  const [query, set] = useQueryStates(state);
  const { split, type, q, linked, sort, down, page, open } = query;
  const parameters = new URLSearchParams({
    split,
    ...(type && { type }),
    ...(q && { text: q }),
    ...(linked && { linked }),
    sort,
    descending: String(down),
    offset: String((Math.max(1, page) - 1) * pageSize),
    limit: String(pageSize),
  });
  const { data, error } = useSWR<QuestionsPage, ApiError>(`/api/v1/datasets/${hash}/questions?${parameters}`);
  const present = splits.find(({ role }) => role === split);
  const narrow = (change: Partial<{ [Key in keyof typeof query]: (typeof query)[Key] | null }>) =>
    void set({ ...change, page: null, open: null });
  return (
    <Panel title={present?.name ?? split} note={data && `${data.total} of ${present?.questions ?? 0} questions`} flush>
      <div className="flex flex-wrap gap-2 px-4 pb-3">
        <Select
          aria-label="Split"
          className="sm:w-auto"
          value={split}
          onChange={(event) => narrow({ split: event.target.value as SplitName, type: null })}
        >
          {splits.map(({ role, questions }) => (
            <option key={role} value={role}>
              {role} ({questions})
            </option>
          ))}
        </Select>
        <Input
          type="search"
          aria-label="Text in question, answer or prompt"
          placeholder="Text in question, answer or prompt"
          className="flex-1 basis-48"
          value={q}
          onChange={(event) => narrow({ q: event.target.value || null })}
        />
        <Select
          aria-label="Type of question"
          className="sm:w-auto sm:max-w-52"
          value={type ?? ''}
          onChange={(event) => narrow({ type: event.target.value || null })}
        >
          <option value="">All types</option>
          {present?.types.map((each) => (
            <option key={each.type} value={each.type}>
              {each.type} ({each.questions})
            </option>
          ))}
        </Select>
        <Select
          aria-label="Linked values"
          className="sm:w-auto"
          value={linked ?? ''}
          onChange={(event) => narrow({ linked: (event.target.value || null) as typeof linked })}
        >
          <option value="">Linked or not</option>
          <option value="linked">With linked values</option>
          <option value="unlinked">Without any</option>
        </Select>
        <Select
          aria-label="Order"
          className="sm:w-auto"
          value={sort}
          onChange={(event) => narrow({ sort: event.target.value as Sort })}
        >
          {Object.entries(sorts).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </Select>
        <Button aria-pressed={down} onClick={() => narrow({ down: !down || null })}>
          {down ? 'Backwards' : 'Forwards'}
        </Button>
      </div>
      {error && <ErrorState error={error} />}
      {!data && !error && <Skeleton className="m-4 h-96" />}
      {data?.items.length === 0 && (
        <EmptyState
          title="No question fits this filter"
          action={<Button onClick={() => narrow({ type: null, q: null, linked: null })}>Show all</Button>}
        />
      )}
      <ul className="divide-y divide-line border-t border-line">
        {data?.items.map((question) => (
          <QuestionRow
            key={question.position}
            hash={hash}
            split={split}
            question={question}
            open={question.position === open}
            onOpen={(wanted) => void set({ open: wanted ? question.position : null })}
          />
        ))}
      </ul>
      {data && <Pages total={data.total} pageSize={pageSize} page={page} onPage={(next) => void set({ page: next })} />}
    </Panel>
  );
}
