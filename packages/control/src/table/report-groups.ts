/** The parts of the report that look inside a split: by difficulty and by type of the question. */

import { markdownTable, percent } from './report-cells.ts';
import type { ReportedTable } from './reported-table.ts';
import type { BeforeAfter, GroupScores, SplitScores } from './score-table.ts';

/** Sections of lines; none where questions have no types. */
export function groupSections(table: ReportedTable): string[][] {
  return [difficultySection(table), typeSection(table), variantTypeSection(table)].filter(({ length }) => length > 0);
}

function difficultySection({ variants, splits }: ReportedTable): string[] {
  const rows = splits.flatMap(({ split, difficulties }) =>
    difficulties.map(({ name, n, variants: scores }) => [split, name, String(n), ...baseAndAll(scores)]),
  );
  if (rows.length === 0) return [];
  return [
    '### By difficulty',
    '',
    'Questions of a split by the difficulty of their type, as far as the splits of one difficulty that are there tell it. Accuracy.',
    '',
    ...markdownTable(['split', 'types', 'questions', 'base', ...variants.map(({ name }) => `after, ${name}`)], rows),
  ];
}

function typeSection({ variants, splits }: ReportedTable): string[] {
  const known = splits.filter(hasTypes);
  const [first] = variants;
  if (known.length === 0 || first === undefined) return [];
  const names = [...new Set(known.flatMap(({ types }) => types.map(({ name }) => name)))];
  const order = new Intl.Collator('en', { numeric: true });
  const rows = names.sort(order.compare).map((name) => [
    name,
    ...known.flatMap(({ types }) => {
      const group = types.find((candidate) => candidate.name === name);
      return group === undefined ? ['', ''] : [String(group.n), beforeAfter(group.variants[0] ?? null)];
    }),
  ]);
  const head = ['type', ...known.flatMap(({ split }) => ['n', `${split}: base → after`])];
  return [`### By question type: ${first.name}`, '', ...folded('accuracy by type', markdownTable(head, rows))];
}

/** Of all variants, on the first split. */
function variantTypeSection({ variants, splits }: ReportedTable): string[] {
  const split = splits.find(hasTypes);
  if (split === undefined || variants.length < 2) return [];
  const rows = split.types.map(({ name, n, variants: scores }) => [name, String(n), ...baseAndAll(scores)]);
  const head = ['type', 'n', 'base', ...variants.map(({ name }) => `after, ${name}`)];
  return [
    `### By question type: all settings on ${split.split}`,
    '',
    ...folded('accuracy by type', markdownTable(head, rows)),
  ];
}

function hasTypes({ types }: SplitScores): boolean {
  return types.length > 1;
}

/** The base of the first variant, then all variants after GRPO. */
function baseAndAll(scores: GroupScores['variants']): string[] {
  return [scores[0] ? percent(scores[0].base) : '–', ...scores.map((score) => (score ? percent(score.final) : '–'))];
}

function beforeAfter(score: BeforeAfter | null): string {
  return score === null ? '–' : `${percent(score.base)} → ${percent(score.final)}`;
}

/** Long tables are folded: what a page says first are its results. */
function folded(summary: string, lines: readonly string[]): string[] {
  return [`<details><summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}
