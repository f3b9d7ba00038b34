/** The reward function `format`: what a completion must look like before it can be right or wrong. */
import type { StoredQuery } from './contract.ts';

/** 1 when the completion ended by itself and is one statement that reads, else 0. Its syntax is the database's business. */
export function format({ finished, verdict }: StoredQuery): 0 | 1 {
  return finished && verdict !== 'not_select' ? 1 : 0;
}
