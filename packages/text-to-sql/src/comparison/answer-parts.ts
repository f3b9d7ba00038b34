/** Splits gold answers and query results into normalised parts: what exact accuracy compares. */
import type { Cell } from '../databases/schema.ts';
import type { Outcome } from '../executors/contract.ts';

/** Part of a cell without a value; no gold answer has it. */
const nullPart = '\u0000null';

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)$/;

/**
 * The one normalisation, applied to both sides: Unicode NFC, runs of white space are one space, ends trimmed, lower case (the
 * databases compare without regard to case), and numbers by value to four decimals (the scale of MariaDB's AVG), so that
 * "2.0" = "2" and 22.5000 = 22.5.
 */
export function normalisePart(text: string): string {
  const plain = text.normalize('NFC').trim().replace(/\s+/gu, ' ');
  if (!decimal.test(plain)) return plain.toLowerCase().normalize('NFC');
  // Long integers keep their text: a double could not tell them apart.
  if (plain.length > 15 && !plain.includes('.')) return plain;
  const rounded = Math.round(Number(plain) * 1e4) / 1e4;
  return String(rounded === 0 ? 0 : rounded);
}

/**
 * Parts of a text: the benchmark joins answers with ", ". No name in its databases holds a comma; one that did is split
 * alike in answer and result, so equality is not harmed.
 */
export function answerParts(answer: string): string[] {
  return answer
    .split(/,\s+/u)
    .map(normalisePart)
    .filter((part) => part !== '');
}

/**
 * Parts of a row: each cell counts, so a row of two columns gives two parts. A cell that joins several values with ", "
 * (GROUP_CONCAT) gives its parts; an empty text gives none; NULL gives a part that equals no answer.
 */
export function rowParts(row: readonly Cell[]): string[] {
  return row.flatMap((cell) => (cell === null ? [nullPart] : answerParts(String(cell))));
}

/** Parts of a result, row by row. */
export function resultParts(outcome: Extract<Outcome, { kind: 'rows' }>): string[] {
  return outcome.rows.flatMap(rowParts);
}
