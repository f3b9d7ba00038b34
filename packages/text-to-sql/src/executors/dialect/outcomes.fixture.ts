/** What it means that two databases say the same of a statement. */
import { resultParts } from '../../comparison/answer-parts.ts';
import type { Outcome } from '../contract.ts';

const partsOfRows = (outcome: Extract<Outcome, { kind: 'rows' }>): string[] =>
  outcome.rows.map((row) => resultParts({ ...outcome, rows: [row] }).join('\u0001'));

/** Same kind, same code of the error, same parts row by row; the order of rows only where one is asked for. Of a result that was cut only that. */
export function sameOutcome(left: Outcome, right: Outcome, ordered: boolean): boolean {
  if (left.kind === 'error' || right.kind === 'error')
    return left.kind === 'error' && right.kind === 'error' && left.code === right.code;
  if (left.truncated || right.truncated) return left.truncated === right.truncated;
  const [a, b] = [partsOfRows(left), partsOfRows(right)];
  if (!ordered) for (const rows of [a, b]) rows.sort();
  return a.length === b.length && a.every((row, i) => row === b[i]);
}

/** What is shown of an outcome that differs. */
export const shown = (outcome: Outcome): string =>
  outcome.kind === 'error'
    ? `${outcome.code}: ${outcome.message.slice(0, 120)}`
    : JSON.stringify(outcome.rows).slice(0, 200);
