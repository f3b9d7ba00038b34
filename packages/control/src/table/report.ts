/** The table as Markdown: the same runs always give the same text. */
import { hidePassword } from '@queryloop/contracts';
import { estimate, interval, markdownTable, percent, pValue, signed } from './report-cells.ts';
import { groupSections } from './report-groups.ts';
import type { ReportedTable } from './reported-table.ts';
import type { CellScores, SplitScores } from './score-table.ts';

/** Lines of the generated part of a page. */
export function reportLines(table: ReportedTable): string[] {
  const { splits } = table;
  const sections = [
    opening(table),
    variantLines(table),
    gaps(table),
    splits.length > 1 ? overview(table) : [],
    ...splits.map((split) => splitSection(table, split)),
    ...groupSections(table),
  ];
  return sections.filter((lines) => lines.length > 0).flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

function opening({ command, experiment, set, variants, splits }: ReportedTable): string[] {
  const labels = [...new Set(splits.map(({ label }) => label))];
  const settings = Object.keys(set).length === 0 ? '' : ` with ${fieldsSet(set)}`;
  const updates = [...new Set(variants.map((variant) => variant.updates))].join(' or ');
  return [
    `Command: \`${command}\` (experiment \`${experiment}\`${settings}, ${updates} updates). Data: ${labels.join(', ') || 'none yet'}.`,
    '',
    'Accuracy is exact multiset equality of answer parts, in percent, mean over seeds; *base* is the policy before GRPO, *after* the one that',
    'was best on dev. In brackets: 95 % intervals for other questions and seeds, from a two-level bootstrap',
    '(docs/sweeps.md); with one seed for other questions alone. EMS is the recall-only score of TEMPTABQA-C. *Failed*:',
    `queries that did not execute.${labels.includes('TEMPTABQA-C') ? ' Every split is asked on the database of its own contexts.' : ''}`,
  ];
}

function variantLines({ variants }: ReportedTable): string[] {
  const rows = variants.map(({ name, what, set, runs }) => [
    name,
    what ?? '',
    fieldsSet(set) || '–',
    runs.map(({ seed, missing }) => (missing === null ? String(seed) : `${seed} (${missing})`)).join(', '),
  ]);
  return markdownTable(['setting', 'what it is', 'fields set', 'seeds'], rows);
}

/** E.g. "`reward.failed` = 0". */
function fieldsSet(set: Record<string, unknown>): string {
  const shown = (value: unknown): string => hidePassword(typeof value === 'string' ? value : JSON.stringify(value));
  return Object.entries(set)
    .map(([field, value]) => `\`${field}\` = \`${shown(value)}\``)
    .join(', ');
}

/** What is not in the table, said in words. */
function gaps({ variants, missingSplits, command }: ReportedTable): string[] {
  const runs = variants.flatMap(({ name, runs: all }) =>
    all.flatMap((run) => (run.missing === null ? [] : [{ name, ...run }])),
  );
  const splits = missingSplits.map(({ split, why }) => `\`${split}\` (${why})`);
  return [
    ...(splits.length > 0 ? [`Not scored: ${splits.join(', ')}.`] : []),
    ...(runs.length > 0
      ? [
          `**Incomplete.** Left out: ${runs.map(({ name, seed, missing }) => `${name}, seed ${seed} (${missing})`).join('; ')}. \`${command}\` again runs only these.`,
        ]
      : []),
  ].flatMap((line, at) => (at === 0 ? [line] : ['', line]));
}

function overview({ variants, splits, missingSplits }: ReportedTable): string[] {
  const [first] = variants;
  const rows = splits.map(({ split, n, cells }) => [
    split,
    String(n),
    cells[0] ? estimate(cells[0].base) : '–',
    ...cells.map((cell) => (cell ? estimate(cell.final) : '–')),
  ]);
  const missing = missingSplits.map(({ split }) => [split, '–', '–', ...variants.map(() => '–')]);
  return [
    '### All splits: accuracy',
    '',
    ...markdownTable(
      ['split', 'questions', `base (${first?.name})`, ...variants.map(({ name }) => `after, ${name}`)],
      [...rows, ...missing],
    ),
  ];
}

function splitSection({ variants }: ReportedTable, { split, n, outsideData, cells }: SplitScores): string[] {
  const [first] = variants;
  const head = ['setting', 'seeds', 'base', 'after GRPO', 'gain', 'EMS', 'failed'];
  const compared = variants.length > 1 ? [`against ${first?.name}`, 'Holm p', 'verdict'] : [];
  const rows = variants.map(({ name }, at) => {
    const cell = cells[at] ?? null;
    const own = cell === null ? ['–', '–', '–', '–', '–', '–'] : scoreCells(cell);
    return [name, ...own, ...(variants.length > 1 ? verdictCells(cell) : [])];
  });
  const outside =
    outsideData === 0 ? '' : `, ${outsideData} of them with answers that no query over the data gives (wrong for all)`;
  return [`### ${split}: ${n} questions${outside}`, '', ...markdownTable([...head, ...compared], rows)];
}

function scoreCells({ seeds, base, final, gain, ems, failed }: CellScores): string[] {
  return [
    String(seeds.length),
    estimate(base),
    estimate(final),
    `${signed(gain.value)} ${interval(gain.ci95)}`,
    `${percent(ems.base)} → ${percent(ems.final)}`,
    `${percent(failed.base)} → ${percent(failed.final)}`,
  ];
}

function verdictCells(cell: CellScores | null): string[] {
  if (cell === null || cell.against === null) return ['', '', ''];
  const { points, ci95, holmP, verdict, paired } = cell.against;
  return [`${signed(points)} ${interval(ci95)}${paired ? '' : ' (other seeds)'}`, pValue(holmP), verdict];
}
