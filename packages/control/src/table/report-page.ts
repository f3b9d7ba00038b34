/** The page that a table stands in: the lines between its two markers are the command's, all others are people's. */
import { readFileSync, writeFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';

export interface ReportPage {
  /** Replaces what stands between the markers; says whether the page has changed. */
  write(lines: readonly string[]): boolean;
}

export function markersOf(table: string): [begin: string, end: string] {
  return [`<!-- table: ${table} -->`, `<!-- end of table: ${table} -->`];
}

/** Throws UserError when the page is not there, or does not hold each marker once, on lines of their own, in their order. */
export function openReportPage(file: string, table: string): ReportPage {
  place(read(file), file, table);
  return {
    write: (lines) => {
      // Read again: people may have written on it while the table was made.
      const before = read(file);
      const page = before.split('\n');
      const { begin, end } = place(before, file, table);
      const after = [...page.slice(0, begin + 1), '', ...lines, '', ...page.slice(end)].join('\n');
      if (after === before) return false;
      writeFileSync(file, after);
      return true;
    },
  };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'is a folder' : `cannot be read (${code})`;
    throw new UserError({
      message: `report ${file}: ${why}`,
      field: 'report',
      hint: 'Give the path of a Markdown file, relative to the table file.',
    });
  }
}

/** Numbers of the lines that the markers are. */
function place(text: string, file: string, table: string): { begin: number; end: number } {
  const markers = markersOf(table);
  const lines = text.split('\n').map((line) => line.trim());
  const [begins, ends] = markers.map((marker) => lines.flatMap((line, at) => (line === marker ? [at] : [])));
  const [begin] = begins ?? [];
  const [end] = ends ?? [];
  if (begin !== undefined && end !== undefined && begin < end && begins?.length === 1 && ends?.length === 1)
    return { begin, end };
  const why =
    begin === undefined || end === undefined
      ? `the line "${begin === undefined ? markers[0] : markers[1]}" is missing`
      : begin > end
        ? 'its markers stand in the wrong order'
        : 'its markers stand there more than once';
  throw new UserError({
    message: `report ${file}: ${why}`,
    field: 'report',
    hint: `The table is written between these two lines, each once:\n  ${markers.join('\n  ')}`,
  });
}
