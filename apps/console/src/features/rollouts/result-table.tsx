/** What a query returned for one question: its first rows, or why it did not run. */
import { visible } from '#features/run/visible-text.tsx';
import type { LensExecution } from './lens-schemas.ts';

export function ResultTable({ execution }: { execution: LensExecution }) {
  if (!execution.ran)
    return (
      <p className="break-words rounded bg-bad-soft px-2 py-1 font-mono text-xs text-bad">
        {visible(execution.message)}
      </p>
    );
  const { columns, rows, rowCount } = execution;
  if (rowCount === 0) return <p className="text-xs text-ink-faint">no rows</p>;
  return (
    <section
      aria-label="Result of the query"
      className="overflow-x-auto rounded border border-line"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard.
      tabIndex={0}
    >
      <table className="w-full text-xs">
        <thead>
          <tr className="bg-sunken">
            {Object.entries(columns).map(([place, column]) => (
              <th
                key={place}
                scope="col"
                className="whitespace-nowrap px-2 py-0.5 text-left font-mono font-normal text-ink-soft"
              >
                {visible(column)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {Object.entries(rows).map(([place, row]) => (
            <tr key={place}>
              {Object.entries(row).map(([column, cell]) => (
                <td key={column} className="max-w-72 break-words px-2 py-0.5">
                  {cell === null ? <span className="text-ink-faint">NULL</span> : visible(String(cell))}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rowCount > rows.length && (
        <p className="border-t border-line px-2 py-0.5 text-xs text-ink-faint">
          first {rows.length} of {rowCount} rows
        </p>
      )}
    </section>
  );
}
