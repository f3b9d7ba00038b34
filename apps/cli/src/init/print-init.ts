/** What `queryloop init` tells: what was copied, left out and linked, and what to do next. */
import { join } from 'node:path';
import type { InitReport, LinkReport } from '@queryloop/text-to-sql';
import { percent, type Screen } from '../screen.ts';

/** Lines of one kind that are shown; --json has all. */
const most = 12;
const mostExamples = 5;

export function printInit(report: InitReport, screen: Screen): void {
  const { folder, tables, notes, splits, drawn, leftOut, empty } = report;
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  screen.line(`${folder}: ${counted(tables.length, 'table')}, ${counted(rows, 'row')}`);
  const bare = tables.filter((table) => table.rows === 0).map(({ name }) => name);
  list(screen, 'notes', [...notes, ...(bare.length > 0 ? [`without rows: ${bare.join(', ')}`] : [])]);
  list(
    screen,
    'left out, because their SQL fails',
    leftOut.map(({ place, problem }) => `${place}: ${problem}`),
  );
  const all = Object.values(splits);
  const sum = (of: (links: LinkReport) => number): number => all.reduce((total, links) => total + of(links), 0);
  const [questions, linked] = [sum((links) => links.questions), sum((links) => links.linked)];
  if (leftOut.length > (questions + leftOut.length) / 10)
    screen.line('    is it written for another engine? --sql-dialect sqlite or mysql says for which');
  if (empty > 0) screen.line(`  the SQL of ${empty} questions returns no rows: right is what returns none either`);
  const drawnText = drawn.length > 0 ? ` (${drawn.join(' and ')} drawn from the rest)` : '';
  screen.line(`  questions${drawnText}`);
  for (const [name, links] of Object.entries(splits)) screen.line(`    ${splitLine(name, links)}`);
  if (linked < questions / 2)
    screen.line(
      `  ${linked === 0 ? 'no question names' : 'fewer than half of the questions name'} a value: is it their database? Else give placeholders to more columns in words.yaml`,
    );
  list(
    screen,
    'what questions without a value hold instead',
    unknown(all).map(({ text, count, column }) => {
      const where = column === null ? 'no value of the database' : `a value of ${column}, which has no placeholder`;
      return `"${text}" (${count}): ${where}`;
    }),
  );
  list(screen, 'examples of them', all.flatMap(({ examples }) => examples).slice(0, mostExamples));
  screen.line(`  next: look through ${join(folder, 'words.yaml')} (docs/word-lists.md), then`);
  screen.line(`    npx queryloop run experiments/quickstart.yaml --set dataset.folder=${folder}`);
}

const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}${count === 1 ? '' : 's'}`;

function splitLine(name: string, { questions, linked, placeholders }: LinkReport): string {
  const bound = Object.entries(placeholders)
    .map(([placeholder, count]) => `${placeholder} ${count}`)
    .join(', ');
  const share = questions === 0 ? '' : ` (${percent(linked / questions, 0)})`;
  return `${name.padEnd(6)} ${questions}, of which ${linked}${share} name a value${bound === '' ? '' : `: ${bound}`}`;
}

/** Those of all splits together, the most frequent first. */
function unknown(reports: readonly LinkReport[]): LinkReport['unknown'] {
  const byText = new Map<string, LinkReport['unknown'][number]>();
  for (const found of reports.flatMap((report) => report.unknown)) {
    const known = byText.get(found.text);
    byText.set(found.text, { ...found, count: found.count + (known?.count ?? 0) });
  }
  return [...byText.values()].sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1));
}

function list(screen: Screen, title: string, lines: readonly string[]): void {
  if (lines.length === 0) return;
  screen.line(`  ${title}`);
  for (const line of lines.slice(0, most)) screen.line(`    ${line}`);
  if (lines.length > most) screen.line(`    and ${lines.length - most} more (--json lists all)`);
}
