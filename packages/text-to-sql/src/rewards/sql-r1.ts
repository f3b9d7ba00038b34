/**
 * The four rewards of SQL-R1 (arXiv 2504.08600, section 3.2), in units of the points that its preset weighs them by: format ±1,
 * execution ±2, result ±3, and a reward of length for right answers.
 */
import { ran, type StoredQuery } from './contract.ts';
import { format } from './format.ts';

/** MAX_LENGTH of the published code, in characters. */
const longestResponse = 2048;

export const sqlR1 = {
  /** 1 or −1. */
  format: (query: StoredQuery): number => (format(query) === 1 ? 1 : -1),
  /** 0 where the format is wrong; else 1 when it executed, −1 when not. */
  execution: (query: StoredQuery): number => (format(query) === 0 ? 0 : ran(query) ? 1 : -1),
  /** 0 where the format is wrong or it did not execute; else 1 when right, −1 when not. */
  result: (query: StoredQuery): number => (format(query) === 0 || !ran(query) ? 0 : query.verdict === 'ok' ? 1 : -1),
  /**
   * 0.5 · length / 2048 + (length of the SQL / length of the answer) for a right answer, the first term 0.5 at most. Here the
   * answer is all of the response, and all of it is SQL.
   */
  length: (query: StoredQuery): number => {
    if (format(query) === 0 || query.verdict !== 'ok') return 0;
    const { length } = query.completion;
    return 0.5 * Math.min(1, length / longestResponse) + query.completion.trim().length / Math.max(1, length);
  },
};
