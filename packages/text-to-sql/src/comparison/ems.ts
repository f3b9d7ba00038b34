/** EMS and REMS as TEMPTABQA-C's own evaluation scripts compute them, including what they overlook (precision, case, "2.0"). */
import type { Outcome } from '../executors/contract.ts';

/** How a result is written for these scores: its cells joined by ", "; a query that failed or found nothing is "". */
export function resultText(outcome: Outcome): string {
  if (outcome.kind === 'error') return '';
  return outcome.rows.flatMap((row) => row.map((cell) => (cell === null ? 'None' : String(cell)))).join(', ');
}

const parts = (text: string): string[] => text.split(',').map((part) => part.trim());

/**
 * REMS: share of the gold answer's comma-separated parts that equal a generated part or stand in one between spaces, rounded to
 * two places the way Python's round does (ties to even).
 */
export function rems(generated: string, gold: string): number {
  const expected = parts(gold);
  const candidates = parts(generated);
  const found = expected.filter((part) =>
    candidates.some((candidate) => candidate === part || ` ${candidate} `.includes(` ${part} `)),
  );
  return roundHalfEven(found.length / expected.length);
}

/** EMS: 1 when REMS is 1, else 0. Recall only: an over-broad answer scores 1. */
export const ems = (generated: string, gold: string): 0 | 1 => (rems(generated, gold) === 1 ? 1 : 0);

/** Both scores of one outcome. A failed query has none: its text "" could stand in an answer with an empty part. */
export function temptabqaScores(outcome: Outcome, gold: string): { ems: 0 | 1; rems: number } {
  if (outcome.kind === 'error') return { ems: 0, rems: 0 };
  const generated = resultText(outcome);
  return { ems: ems(generated, gold), rems: rems(generated, gold) };
}

/** Two places. Only odd eighths are exact ties in binary; toFixed would round those up. */
function roundHalfEven(share: number): number {
  const eighths = share * 8;
  if (Number.isInteger(eighths) && eighths % 2 === 1) {
    const below = Math.floor(share * 100);
    return (below % 2 === 0 ? below : below + 1) / 100;
  }
  return Number(share.toFixed(2));
}
