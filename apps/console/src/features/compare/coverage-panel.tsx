'use client';
/** Coverage map: where the sides are strong and weak, by question type, table or construct. */
import useSWR from 'swr';
import { Select } from '#ui/field.tsx';
import { percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { endpoint, useCompareState } from './compare-state.ts';
import type { CoverageAnswer, CoverageKind } from './schemas.ts';

const notes: Record<CoverageKind, string> = {
  type: 'Accuracy by the type of the question.',
  table: 'Accuracy of the queries that read a table, as each policy wrote them.',
  construct: 'Accuracy of the queries that use a construct, as each policy wrote them.',
};

export function CoveragePanel() {
  const { runs, split, by, set } = useCompareState();
  const { data, error } = useSWR<CoverageAnswer>(endpoint('/coverage', runs, { split, by }));
  return (
    <Panel
      title="Coverage map"
      note={notes[by]}
      flush
      actions={
        <Select
          aria-label="By"
          className="w-auto"
          value={by}
          onChange={({ target }) => void set({ by: target.value as CoverageKind })}
        >
          <option value="type">question type</option>
          <option value="table">table</option>
          <option value="construct">SQL construct</option>
        </Select>
      }
    >
      {error && (
        <div className="px-4 pb-4">
          <ErrorState error={error} />
        </div>
      )}
      {!data && !error && <Skeleton className="mx-4 mb-4 h-32" />}
      {data && (
        <table className="w-full text-sm">
          <thead className="text-left text-xs text-ink-faint">
            <tr className="border-b border-line [&>th]:px-4 [&>th]:py-2 [&>th]:font-medium">
              <th scope="col">{by === 'type' ? 'Question type' : by === 'table' ? 'Table' : 'Construct'}</th>
              {data.sides.map((label, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two sides may have the same label.
                <th key={i} scope="col" className="max-w-60 break-words">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data.rows.map(({ key, cells }) => (
              <tr key={key} className="border-b border-line last:border-0">
                <th scope="row" className="max-w-96 break-words px-4 py-1.5 text-left text-xs font-normal">
                  {key}
                </th>
                {cells.map((cell, i) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its place.
                  <Cell key={i} {...cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

/** The bar behind the number makes a column readable at a glance. */
function Cell({ n, correct }: { n: number; correct: number }) {
  if (n === 0) return <td className="px-4 py-1.5 text-ink-faint">none</td>;
  const share = correct / n;
  return (
    <td className="px-4 py-1.5">
      <div className="flex items-center gap-3">
        <svg aria-hidden viewBox="0 0 100 4" preserveAspectRatio="none" className="h-1.5 w-24 shrink-0 rounded-full">
          <rect width="100" height="4" fill="var(--sunken)" />
          <rect width={100 * share} height="4" fill="var(--accent)" />
        </svg>
        <span className="tabular whitespace-nowrap">
          {percent(share, 0)} <span className="text-xs text-ink-faint">of {n}</span>
        </span>
      </div>
    </td>
  );
}
