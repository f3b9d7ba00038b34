/** All comparators by name: docs/comparators.md says what each counts as equal. */
import type { ComparatorName } from '@queryloop/contracts';
import type { Outcome } from '../executors/contract.ts';
import { birdEx } from './bird-ex.ts';
import { temptabqaScores } from './ems.ts';
import { equalGold } from './equal-answer.ts';
import type { Gold } from './gold.ts';
import { softF1 } from './soft-f1.ts';
import { spider2 } from './spider2.ts';
import { testSuite } from './test-suite.ts';

/** How right a result is, 0 to 1; a query that failed gives 0. */
export type Comparator = (outcome: Outcome, gold: Gold) => number;

export const comparators: Record<ComparatorName, Comparator> = {
  exact: (outcome, gold) => Number(equalGold(outcome, gold)),
  ems: (outcome, { answer }) => temptabqaScores(outcome, answer).ems,
  rems: (outcome, { answer }) => temptabqaScores(outcome, answer).rems,
  bird_ex: birdEx,
  test_suite: testSuite,
  spider2,
  soft_f1: softF1,
};

/** What every comparator gives for one outcome. */
export function compareAll(outcome: Outcome, gold: Gold): Record<ComparatorName, number> {
  const entries = Object.entries(comparators) as [ComparatorName, Comparator][];
  return Object.fromEntries(entries.map(([name, compare]) => [name, compare(outcome, gold)])) as Record<
    ComparatorName,
    number
  >;
}
