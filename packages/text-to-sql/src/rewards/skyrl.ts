/** The reward of SkyRL-SQL (blog of May 2025, and its SQL environment): 1 right, 0 wrong or failed, −1 for an answer of the wrong form. */
import type { StoredQuery } from './contract.ts';
import { format } from './format.ts';

export function skyrl(query: StoredQuery): number {
  if (format(query) === 0) return -1;
  return query.verdict === 'ok' ? 1 : 0;
}
