/** Completions as a file for spreadsheets. */
import { csv } from '#api/csv.ts';
import type { CompletionRow } from './schemas.ts';

export function completionsCsv(rows: readonly CompletionRow[]): string {
  const columns = [
    ...(['group', 'completion', 'question', 'answer', 'sql', 'outcome', 'message', 'reward', 'advantage'] as const),
    ...(['length', 'finished', 'proposed', 'text'] as const),
  ];
  return csv(
    columns,
    rows.map((row) => columns.map((column) => row[column])),
  );
}
