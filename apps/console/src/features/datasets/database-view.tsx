'use client';
/** The database of a split: tables, columns, and the values they hold most. */
import { KeyRound, Link2 } from 'lucide-react';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import useSWR from 'swr';
import { visible } from '#features/run/visible-text.tsx';
import type { ApiError } from '#ui/fetch-json.ts';
import { Select } from '#ui/field.tsx';
import { Panel } from '#ui/panel.tsx';
import { ErrorState, Skeleton } from '#ui/states.tsx';
import { type DatasetSchema, type DatasetTable, SplitName } from './schemas.ts';

export function DatabaseView({ hash }: { hash: string }) {
  const [split, setSplit] = useQueryState('split', parseAsStringLiteral(SplitName.options).withDefault('train'));
  const { data, error } = useSWR<DatasetSchema, ApiError>(`/api/v1/datasets/${hash}/schema?split=${split}`);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Select
          aria-label="Split"
          className="sm:w-auto"
          value={split}
          onChange={(event) => void setSplit(event.target.value as SplitName)}
        >
          {SplitName.options.map((name) => (
            <option key={name} value={name}>
              database of {name}
            </option>
          ))}
        </Select>
        {data?.server && (
          <p className="text-sm text-ink-soft">
            Queries run on a server, in the database <code>{data.server}</code>, which holds the same.
          </p>
        )}
      </div>
      {error && <ErrorState error={error} />}
      {!data && !error && <Skeleton className="h-96" />}
      <div className="grid gap-3 lg:grid-cols-2">
        {data?.tables.map((table) => (
          <TablePanel key={table.name} table={table} />
        ))}
      </div>
    </div>
  );
}

function TablePanel({ table: { name, rowCount, columns } }: { table: DatasetTable }) {
  return (
    <Panel title={<code>{visible(name)}</code>} note={`${rowCount} rows`} flush>
      <table className="w-full text-sm">
        <thead>
          <tr className="border-y border-line text-xs text-ink-soft">
            <th scope="col" className="px-4 py-1.5 text-left font-medium">
              Column
            </th>
            <th scope="col" className="px-2 py-1.5 text-left font-medium">
              Type
            </th>
            <th scope="col" className="px-2 py-1.5 text-right font-medium">
              Different
            </th>
            <th scope="col" className="px-4 py-1.5 text-left font-medium">
              Most frequent values
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {columns.map((column) => (
            <tr key={column.name}>
              <td className="px-4 py-1.5">
                <code className="inline-flex items-center gap-1" title={column.description}>
                  {visible(column.name)}
                  {column.key && <KeyRound aria-label="primary key" className="size-3 text-ink-faint" />}
                  {column.references && (
                    <span title={`refers to ${column.references.table}.${column.references.column}`}>
                      <Link2
                        aria-label={`refers to ${column.references.table}.${column.references.column}`}
                        className="size-3 text-ink-faint"
                      />
                    </span>
                  )}
                </code>
              </td>
              <td className="px-2 py-1.5 text-ink-soft">{column.type}</td>
              <td className="tabular px-2 py-1.5 text-right">
                {column.distinctCount}
                {column.nullCount > 0 && <span className="text-xs text-ink-faint"> +{column.nullCount} NULL</span>}
              </td>
              <td className="px-4 py-1.5 text-xs text-ink-soft">
                {column.samples.map((value) => visible(String(value))).join(' · ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}
