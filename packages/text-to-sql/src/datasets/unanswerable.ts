/** Counts answers that no query over the data can give; such questions are kept, since the benchmark counts them. */
import { answerParts } from '../comparison/answer-parts.ts';
import type { Question } from './read-questions.ts';

const words = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** Words a query supplies by itself. */
const suppliedWords = new Set(['yes', 'no', 'gold', 'silver', 'bronze', 'in', 'format']);

/**
 * True when some part of the answer is neither a number nor made of words of the context (or yes, no, a colour): a sentence such
 * as "… has not won any …", or a damaged answer. An empty answer counts too.
 */
export function isOutsideData({ answer, context }: Pick<Question, 'answer' | 'context'>): boolean {
  const known = new Set(words(context));
  const parts = answerParts(answer);
  const given = (part: string): boolean =>
    /^[+-]?[\d.]+$/.test(part) ||
    words(part).every((word) => known.has(word) || suppliedWords.has(word) || /^\d+$/.test(word));
  return parts.length === 0 || !parts.every(given);
}

/** How many of the questions have an answer outside the data. */
export const countOutsideData = (questions: readonly Pick<Question, 'answer' | 'context'>[]): number =>
  questions.filter(isOutsideData).length;
