/** The table on the terminal: accuracies of all splits; the rest stands in its page. */
import type { PlannedTable, ReportedTable } from '@queryloop/control';
import { duration } from '../screen.ts';
import { tableLines } from '../table.ts';

/** Lines of base and after GRPO by split and variant. */
export function resultLines({ variants, splits, missingSplits }: ReportedTable): string[] {
  const head = ['split', 'questions', 'base', ...variants.map(({ name }) => name)];
  const rows = splits.map(({ split, n, cells }) => [
    split,
    String(n),
    cells[0] ? `${cells[0].base.value.toFixed(1)} %` : '–',
    ...cells.map((cell) =>
      cell ? `${cell.final.value.toFixed(1)} % [${cell.final.ci95.map((end) => end.toFixed(1)).join(', ')}]` : '–',
    ),
  ]);
  const missing = missingSplits.map(({ split, why }) => `  ${split}: ${why}`);
  return [...tableLines(head, rows), ...(missing.length > 0 ? ['not scored', ...missing] : [])];
}

/** Lines of what would be done. */
export function planLines({ runs, evaluations, estimatedSeconds }: PlannedTable): string[] {
  const rows = runs.map(({ variant, seed, finished, updates, updatesCached, stepsToDo, estimatedSeconds: seconds }) => {
    const own = evaluations.filter((evaluation) => evaluation.variant === variant && evaluation.seed === seed);
    return [
      variant,
      String(seed),
      finished ? 'finished' : `${updatesCached} of ${updates}`,
      String(stepsToDo),
      `${own.filter(({ cached }) => cached).length} of ${own.length}`,
      shownTime([seconds, ...own.map((evaluation) => evaluation.estimatedSeconds)]),
    ];
  });
  const open = runs.filter(({ finished }) => !finished).length;
  const left = evaluations.filter(({ cached }) => !cached).length;
  return [
    ...tableLines(['setting', 'seed', 'updates cached', 'steps to do', 'evaluations done', 'time'], rows),
    '',
    `${open} of ${runs.length} runs and ${left} of ${evaluations.length} evaluations are to do; steps that several share are counted once`,
    estimatedSeconds === null
      ? 'no earlier run here tells how long a step takes'
      : `about ${duration(estimatedSeconds)} on one worker, judged by earlier runs here`,
  ];
}

function shownTime(seconds: readonly (number | null)[]): string {
  const known = seconds.filter((one) => one !== null);
  return known.length < seconds.length ? 'unknown' : duration(known.reduce((sum, one) => sum + one, 0));
}
