/** A comparison as a table, CSV or Markdown. */

import type { ComparedSide, Comparison } from '@queryloop/control';
import { shownScore } from '../sweep/sweep-table.ts';
import { tableLines } from '../table.ts';

const columns = [
  'side',
  'seeds',
  'accuracy',
  'difference',
  '95 % interval',
  'McNemar p',
  'Holm p',
  'verdict',
  'seeds needed',
];

/** Lines for a terminal, with notes on how to read them. */
export function comparisonTable(comparison: Comparison): string[] {
  return [
    '',
    `${title(comparison)}`,
    '',
    ...tableLines(headOf(comparison), rowsOf(comparison)),
    '',
    ...notesOf(comparison),
  ];
}

export function comparisonMarkdown(comparison: Comparison): string[] {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const head = headOf(comparison);
  return [
    title(comparison),
    '',
    line(head),
    line(head.map(() => '---')),
    ...rowsOf(comparison).map(line),
    '',
    ...notesOf(comparison).map((note) => `- ${note}`),
  ];
}

/** One row for each side (RFC 4180); accuracies are shares, differences percentage points. Empty: not defined. */
export function comparisonCsv({ split, questions, sides }: Comparison): string[] {
  const head = [
    ...['side', 'split', 'questions', 'runs', 'seeds', 'accuracy_mean', 'accuracy_se', 'reference'],
    ...['reference_mean', 'reference_se', 'points', 'ci_low', 'ci_high', 'won', 'lost', 'mcnemar_p', 'holm_p'],
    ...['paired', 'verdict', 'seeds_to_decide', 'seeds_needed'],
  ];
  const rows = sides.map(({ label, runs, accuracy, comparison }) => [
    ...[label, split, questions, runs.map(({ runId }) => runId).join(' '), runs.map(({ seed }) => seed).join(' ')],
    ...[accuracy.mean, accuracy.standardError, comparison?.reference.label],
    ...[comparison?.reference.accuracy.mean, comparison?.reference.accuracy.standardError],
    ...[comparison?.points, comparison?.ci95[0], comparison?.ci95[1], comparison?.won, comparison?.lost],
    ...[comparison?.mcnemarP, comparison?.holmP, comparison?.paired, comparison?.verdict],
    ...[comparison?.seedsToDecide, comparison?.seedsNeeded],
  ]);
  return [head, ...rows].map((row) => row.map((cell) => csvCell(cell ?? '')).join(','));
}

function csvCell(value: string | number | boolean): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function title({ split, questions, reference, sides }: Comparison): string {
  const against = reference === 'base' ? 'the policies before GRPO' : (sides[0]?.label ?? '');
  return `${questions} ${split} questions, against ${against}`;
}

function headOf({ reference }: Comparison): string[] {
  return reference === 'base' ? [...columns.slice(0, 2), 'before GRPO', ...columns.slice(2)] : [...columns];
}

function rowsOf({ sides, reference }: Comparison): string[][] {
  return sides.map((side) => {
    const { label, runs, accuracy, comparison } = side;
    const before = reference === 'base' ? [shownScore(comparison?.reference.accuracy ?? null)] : [];
    const cells = [label, runs.map(({ seed }) => seed).join(', '), ...before, shownScore(accuracy)];
    if (comparison === null) return [...cells, 'reference', '', '', '', '', ''];
    const [low, high] = comparison.ci95;
    return [
      ...cells,
      signed(comparison.points),
      `[${signed(low)}, ${signed(high)}]`,
      shownP(comparison.mcnemarP),
      shownP(comparison.holmP),
      comparison.verdict,
      seedsNeeded(side),
    ];
  });
}

/** Seeds to add to each side. */
function seedsNeeded({ accuracy, comparison }: ComparedSide): string {
  if (comparison === null || comparison.verdict !== 'undecided') return '–';
  if (comparison.seedsNeeded !== null) return `${comparison.seedsNeeded} more`;
  return Math.min(accuracy.n, comparison.reference.accuracy.n) < 2 ? 'unknown' : 'over 1000';
}

function notesOf({ sides, split }: Comparison): string[] {
  const compared = sides.flatMap(({ comparison, accuracy }) => (comparison ? [{ comparison, n: accuracy.n }] : []));
  const single = compared.some(({ comparison, n }) => Math.min(n, comparison.reference.accuracy.n) < 2);
  const unpaired = compared.some(({ comparison }) => !comparison.paired);
  return [
    'accuracy is the mean over seeds ± standard error; differences are percentage points',
    'better or worse: the bootstrap interval over questions and seeds leaves 0 out, and Holm’s p is below 0.05',
    ...(single ? ['a side with one seed stands for that run alone: nothing is known of how seeds differ'] : []),
    ...(unpaired ? ['sides without the same seeds are compared as independent samples'] : []),
    ...(split === 'dev' ? ['dev chose the update of each policy, so its scores are too good; report test'] : []),
  ];
}

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
}

function shownP(p: number): string {
  return p < 0.0001 ? p.toExponential(1) : p.toFixed(4);
}
