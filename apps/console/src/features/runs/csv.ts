/** The table of runs as a file for spreadsheets. */
import type { Cell, RunRow } from './schemas.ts';

const facts: Record<string, (run: RunRow) => Cell> = {
  id: ({ id }) => id,
  name: ({ name }) => name,
  seed: ({ seed }) => seed,
  status: ({ status }) => status,
  updates: ({ updates }) => updates.done,
  planned: ({ updates }) => updates.planned,
  tags: ({ tags }) => tags.join(' '),
  sweep: ({ sweep }) => sweep?.id ?? null,
  parent: ({ parent }) => (parent === null ? null : `${parent.runId}@${parent.update}`),
  created: ({ createdAt }) => createdAt,
  finished: ({ finishedAt }) => finishedAt,
};

/** Facts of every run, then the columns; a cell without a value is empty. */
export function runsCsv(runs: readonly RunRow[], columns: readonly string[]): string {
  const own = columns.filter((column) => !(column in facts));
  const lines = runs.map((run) => [
    ...Object.values(facts).map((read) => read(run)),
    ...own.map((column) => run.cells[column] ?? null),
  ]);
  return [[...Object.keys(facts), ...own], ...lines].map((line) => `${line.map(csvCell).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe. */
function csvCell(value: Cell): string {
  if (value === null) return '';
  const text = typeof value === 'string' && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
