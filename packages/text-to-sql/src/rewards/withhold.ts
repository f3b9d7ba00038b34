/** What reward functions are shown of a query whose reward is withheld: it ran, and gave nothing that could be right. */
import type { Outcome } from '../executors/contract.ts';
import type { Judged } from './judge-outcome.ts';

/** Wrong, never failed. Cut before its first row, so that it does not equal an empty gold table either. */
export const withheld: { judged: Judged; outcome: Outcome } = {
  judged: { verdict: 'wrong', correct: false, failed: false },
  outcome: { kind: 'rows', columns: [], rows: [], truncated: true },
};
