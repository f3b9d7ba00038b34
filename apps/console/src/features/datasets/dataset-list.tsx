/** Datasets that runs were made on. */
import { Database } from 'lucide-react';
import Link from 'next/link';
import { ButtonLink } from '#ui/button.tsx';
import { bytes, dateTime } from '#ui/format.ts';
import { Panel } from '#ui/panel.tsx';
import { EmptyState } from '#ui/states.tsx';
import type { DatasetSummary } from './schemas.ts';

export function DatasetList({ items }: { items: readonly DatasetSummary[] }) {
  if (items.length === 0)
    return (
      <EmptyState
        icon={Database}
        title="No dataset yet"
        action={
          <ButtonLink href="/new" look="primary">
            New experiment
          </ButtonLink>
        }
      >
        A run prepares its dataset first: questions, answers and the database they are about appear here then.
      </EmptyState>
    );
  const head = 'px-4 py-2 text-right font-medium';
  return (
    <Panel flush>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-ink-soft">
            <th scope="col" className="px-4 py-2 text-left font-medium">
              Dataset
            </th>
            <th scope="col" className="px-4 py-2 text-left font-medium">
              Questions
            </th>
            <th scope="col" className={head}>
              Runs
            </th>
            <th scope="col" className={`${head} max-sm:hidden`}>
              Size
            </th>
            <th scope="col" className={`${head} max-sm:hidden`}>
              First prepared (UTC)
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {items.map(({ hash, label, questions, runs, bytes: size, createdAt }) => (
            <tr key={hash} className="hover:bg-sunken">
              <td className="px-4 py-2">
                <Link className="font-medium text-accent hover:underline" href={`/datasets/${hash}`}>
                  {label}
                </Link>
                <code className="block text-xs text-ink-faint">{hash.slice(0, 12)}</code>
              </td>
              <td className="tabular px-4 py-2 text-ink-soft">
                {Object.entries(questions)
                  .map(([split, n]) => `${n} ${split}`)
                  .join(' · ')}
              </td>
              <td className="tabular px-4 py-2 text-right">{runs}</td>
              <td className="tabular px-4 py-2 text-right max-sm:hidden">{bytes(size)}</td>
              <td className="tabular px-4 py-2 text-right max-sm:hidden">{dateTime(createdAt)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
