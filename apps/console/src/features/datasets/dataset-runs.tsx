/** The runs that were made on a dataset. */
import type { RunStatus } from '@queryloop/contracts';
import Link from 'next/link';
import { StatusBadge } from '#ui/badge.tsx';
import { dateTime } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { DatasetDetail } from './schemas.ts';

export function DatasetRuns({ runs }: { runs: DatasetDetail['usedBy'] }) {
  if (runs.length === 0) return <EmptyState title="No run uses it any more" />;
  return (
    <Panel title="Runs" note={`${runs.length} made on this dataset, newest first`} flush>
      <ul className="divide-y divide-line border-t border-line">
        {runs.map(({ id, name, seed, status, createdAt }) => (
          <li key={id} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 hover:bg-sunken">
            <Link className="font-medium text-accent hover:underline" href={`/runs/${encodeURIComponent(id)}`}>
              {name}
            </Link>
            <span className="tabular text-ink-soft">seed {seed}</span>
            <StatusBadge status={status as RunStatus} />
            <span className="tabular ml-auto text-xs text-ink-faint">{dateTime(createdAt)} UTC</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
