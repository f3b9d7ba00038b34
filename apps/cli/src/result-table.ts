/** The result of a run as people read it: table, comparison, examples. */
import type { RunResult, Scores } from '@queryloop/contracts';
import { wilsonInterval } from '@queryloop/stats';
import { duration, percent } from './screen.ts';

/** Lines of the result, ready to print. */
export function resultLines(result: RunResult): string[] {
  const { base, final, comparison, dataset, seed, updates, bestUpdate, seconds } = result;
  const [low, high] = comparison.ci95;
  return [
    '',
    `${dataset}, ${base.n} questions, seed ${seed}, ${updates} updates (best on dev: update ${bestUpdate})`,
    '',
    row('', 'accuracy', 'failed queries', 'EMS'),
    row(
      'base policy',
      share(base.correct, base.n),
      share(base.failed, base.n),
      share(Math.round(base.ems * base.n), base.n),
    ),
    row(
      'after GRPO',
      share(final.correct, final.n),
      share(final.failed, final.n),
      share(Math.round(final.ems * final.n), final.n),
    ),
    ...(dataset === 'TEMPTABQA-C' ? paperRows() : []),
    '',
    `gain ${signed(comparison.points)} points, 95 % interval [${signed(low)}, ${signed(high)}]; exact McNemar p ${pValue(comparison.mcnemarP)}`,
    ...comparatorLines(result),
    `time: ${phases(seconds)}; total ${duration(seconds.total)}`,
    ...exampleLines(result),
  ];
}

/** Means of the comparators without a column; of earlier versions there are none. */
function comparatorLines({ final: { comparators = {} } }: RunResult): string[] {
  const others = Object.entries(comparators).filter(([name]) => name !== 'exact' && name !== 'ems');
  if (others.length === 0) return [];
  return [`after GRPO as others count: ${others.map(([name, mean]) => `${name} ${percent(mean)}`).join(', ')}`];
}

/** The paper's figures on the benchmark's test split; on other data they compare with nothing. */
function paperRows(): string[] {
  return [
    row('paper, 7 billion parameters, before', '31.49 %', '25.43 %', ''),
    row('paper, 7 billion parameters, after', '49.83 %', '14.71 %', ''),
  ];
}

function row(name: string, accuracy: string, failed: string, ems: string): string {
  return `  ${name.padEnd(36)}${accuracy.padEnd(25)}${failed.padEnd(25)}${ems}`.trimEnd();
}

/** E.g. "77.3 % [73.7, 80.6]". */
function share(count: number, n: Scores['n']): string {
  const [low, high] = wilsonInterval(count, n);
  return `${percent(n === 0 ? 0 : count / n)} [${(100 * low).toFixed(1)}, ${(100 * high).toFixed(1)}]`;
}

function signed(points: number): string {
  return `${points < 0 ? '−' : '+'}${Math.abs(points).toFixed(1)}`;
}

function pValue(p: number): string {
  return p < 0.0001 ? p.toExponential(1) : p.toFixed(4);
}

function phases({ prepare, warmStart, baseline, train, evaluate }: RunResult['seconds']): string {
  const named = { data: prepare, 'warm start': warmStart, baseline, train, evaluate };
  return Object.entries(named)
    .map(([name, seconds]) => `${name} ${duration(seconds)}`)
    .join(', ');
}

function exampleLines({ examples }: RunResult): string[] {
  if (examples.length === 0) return [];
  const query = (label: string, { sql, result, correct }: RunResult['examples'][number]['before']): string[] => [
    `    ${label} ${correct ? '✓' : '✗'} ${sql}`,
    `             → ${result}`,
  ];
  return [
    '',
    'examples',
    ...examples.flatMap(({ question, answer, before, after }) => [
      `  ${question}  (answer: ${answer})`,
      ...query('before', before),
      ...query('after ', after),
    ]),
  ];
}
