/** Figures of a chart as a plain table. */
import type { ReactNode } from 'react';

interface ChartTableProps {
  caption: string;
  head: readonly string[];
  /** The first cell of a row names it. */
  rows: readonly (readonly ReactNode[])[];
}

export function ChartTable({ caption, head, rows }: ChartTableProps) {
  return (
    <table className="w-full text-left text-xs tabular">
      <caption className="sr-only">{caption}</caption>
      <thead>
        <tr>
          {head.map((name) => (
            <th key={name} scope="col" className="sticky top-0 border-b bg-surface px-2 py-1 font-medium text-ink-soft">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, ...cells], row) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows are read, never moved
          <tr key={row}>
            <th scope="row" className="border-b px-2 py-1 font-normal">
              {name}
            </th>
            {cells.map((cell, column) => (
              <td key={head[column + 1]} className="border-b px-2 py-1">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
