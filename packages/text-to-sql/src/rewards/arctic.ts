/** The reward of Arctic-Text2SQL-R1 (arXiv 2505.20315, section 3.2): 1 right, 0.1 executes, 0 does not. */
import { ran, type StoredQuery } from './contract.ts';

export function arctic(query: StoredQuery): number {
  return query.verdict === 'ok' ? 1 : ran(query) ? 0.1 : 0;
}
