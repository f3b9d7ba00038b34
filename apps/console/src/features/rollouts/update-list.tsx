'use client';
/** The updates of a run, newest first, each with what its rollout earned. */
import Link from 'next/link';
import { parseAsInteger, useQueryState } from 'nuqs';
import useSWR from 'swr';
import { Pages } from '#features/run/pages.tsx';
import { useRun } from '#features/run/use-run.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { number, percent } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import type { RolloutsPage } from './schemas.ts';

const pageSize = 25;

export function UpdateList({ total }: { total: number }) {
  const { path, run } = useRun();
  const [page, setPage] = useQueryState('updates', parseAsInteger.withDefault(1));
  // Pages count from the newest, the API from the oldest.
  const before = Math.max(0, total - (page - 1) * pageSize);
  const after = Math.max(0, before - pageSize);
  const { data, error } = useSWR<RolloutsPage, ApiError>(
    `${path}/rollouts?after=${after}&limit=${before - after || 1}`,
  );
  const head = 'px-4 py-1.5 text-right font-medium';
  const cell = 'tabular whitespace-nowrap px-4 py-1.5 text-right';
  return (
    <Panel title="Updates" note="Reward and right answers of the samples" flush>
      {error && <ErrorState error={error} />}
      {!data && !error && <Skeleton className="m-4 h-64" />}
      {data && (
        <table className="w-full text-sm">
          <thead>
            <tr className="border-y border-line text-xs text-ink-soft">
              <th scope="col" className="px-4 py-1.5 text-left font-medium">
                Update
              </th>
              <th scope="col" className={head}>
                Reward
              </th>
              <th scope="col" className={`${head} max-sm:hidden`}>
                ± std
              </th>
              <th scope="col" className={head}>
                Right
              </th>
              <th scope="col" className={`${head} max-sm:hidden`}>
                Tokens
              </th>
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {data.items.toReversed().map(({ update, reward, rewardStd, accuracy, tokens }) => (
              <tr key={update} className="hover:bg-sunken">
                <td className="whitespace-nowrap px-4 py-1.5">
                  <Link
                    className="font-medium text-accent hover:underline"
                    href={`/runs/${encodeURIComponent(run.id)}/rollouts/${update}`}
                  >
                    update {update}
                  </Link>
                </td>
                <td className={cell}>{number(reward)}</td>
                <td className={`${cell} max-sm:hidden`}>{number(rewardStd)}</td>
                <td className={cell}>{percent(accuracy)}</td>
                <td className={`${cell} max-sm:hidden`}>{number(tokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Pages
        label="Pages of updates"
        total={total}
        pageSize={pageSize}
        page={page}
        onPage={(next) => void setPage(next === 1 ? null : next)}
      />
    </Panel>
  );
}
