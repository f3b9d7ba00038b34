/** Collects what attacks earn, question by question, under everything that scores them. */
import { type ComparatorName, comparatorNames } from '@queryloop/contracts';
import { combineRewards } from '@queryloop/grpo/combine-rewards';
import type { AttackScores, RewardTerm } from '@queryloop/text-to-sql';

/** The whole reward, one of its functions, or a comparator. */
export type ScorerKind = 'reward' | 'function' | 'comparator';

export interface AttackTable {
  /**
   * Adds a question: its right answer, a query that finds nothing, and the attacks in their order.
   * @param scores per function of the reward, per query
   * @param compared per query
   */
  add(scores: readonly (readonly (number | null)[])[], compared: readonly Record<ComparatorName, number>[]): void;
  /** The whole reward comes first; its functions follow where there are several. */
  scorers(): { kind: ScorerKind; name: string; scores: AttackScores }[];
}

/** Queries of a question that are no attacks. */
const measures = 2;

export function attackTable(terms: readonly RewardTerm[], attacks: number): AttackTable {
  const weights = Object.fromEntries(terms.map(({ name, weight }) => [name, weight]));
  const column = (kind: ScorerKind, name: string) => {
    const right: number[] = [];
    const nothing: number[] = [];
    return { kind, name, scores: { right, nothing, attacks: Array.from({ length: attacks }, (): number[] => []) } };
  };
  const whole = column('reward', 'reward');
  const functions = terms.map(({ name }) => column('function', name));
  const comparators = comparatorNames.map((name) => column('comparator', name));
  /** What no function applies to gives no signal: it counts as 0. */
  const put = ({ scores }: ReturnType<typeof column>, values: readonly (number | null)[]): void => {
    scores.right.push(values[0] ?? 0);
    scores.nothing.push(values[1] ?? 0);
    for (let i = 0; i < attacks; i++) scores.attacks[i]?.push(values[i + measures] ?? 0);
  };
  return {
    add(scores, compared) {
      const named = Object.fromEntries(terms.map(({ name }, k) => [name, [...(scores[k] ?? [])]]));
      put(whole, combineRewards({ scores: named, weights }));
      for (const [k, each] of functions.entries()) put(each, scores[k] ?? []);
      for (const [k, each] of comparators.entries()) {
        const name = comparatorNames[k] as ComparatorName;
        put(
          each,
          compared.map((values) => values[name]),
        );
      }
    },
    scorers: () => (terms.length === 1 ? [whole, ...comparators] : [whole, ...functions, ...comparators]),
  };
}
