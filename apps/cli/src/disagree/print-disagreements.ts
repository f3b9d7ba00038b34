/** Disagreements of comparators as people read them: a matrix of counts, then examples. */
import type { DisagreementExample, Disagreements } from '@queryloop/control';
import { oneLine } from '../one-line.ts';
import { percent } from '../screen.ts';
import { tableLines } from '../table.ts';

/** Of a longer result the rest is not shown; --json has it. */
const longestResult = 300;

/** Lines ready to print. */
export function disagreementLines(found: Disagreements): string[] {
  const { runId, split, update, n, dissents } = found;
  const policy = update === 0 ? 'the policy before GRPO' : `the policy after update ${update}`;
  return [
    `run ${runId}, ${split}: ${n} questions answered by ${policy}`,
    'Queries that the comparator on the left accepts (gives 1) and the one above does not:',
    '',
    ...matrix(found),
    ...dissents.flatMap(({ accepted, rejected, count, examples }) => [
      '',
      `${accepted} accepts, ${rejected} does not: ${count}`,
      ...examples.flatMap((example) => exampleLines(example, [accepted, rejected])),
    ]),
    '',
    'what each comparator counts as equal: docs/comparators.md',
  ];
}

function matrix({ comparators, pairs }: Disagreements): string[] {
  const names = comparators.map(({ name }) => name);
  const onlyBy = (one: string, other: string): string => {
    const pair = pairs.find(
      ({ left, right }) => (left === one && right === other) || (left === other && right === one),
    );
    return String(pair?.left === one ? pair.leftOnly : (pair?.rightOnly ?? '·'));
  };
  return tableLines(
    ['', 'mean', 'accepts', ...names],
    comparators.map(({ name, mean, accepted }) => [
      name,
      percent(mean),
      String(accepted),
      ...names.map((other) => onlyBy(name, other)),
    ]),
  );
}

function exampleLines(
  { position, question, answer, sql, result, scores }: DisagreementExample,
  names: readonly string[],
): string[] {
  const given = names.map((name) => `${name} ${Number((scores[name] ?? 0).toFixed(2))}`).join(', ');
  return [
    `  ${position + 1}. ${oneLine(question)}  (answer: ${oneLine(answer)})`,
    `    ${oneLine(sql)}`,
    `    → ${oneLine(result).slice(0, longestResult) || '(nothing)'}  [${given}]`,
  ];
}
