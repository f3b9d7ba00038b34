/** How far comparators agree about queries: which of them accept the same ones. */
import { comparatorNames } from '@queryloop/contracts';

/** What comparators gave for one query, each 0 to 1. */
export type ComparatorScores = Readonly<Record<string, number>>;

export interface ComparatorSummary {
  name: string;
  /** Mean of its scores. */
  mean: number;
  /** Queries it accepts. */
  accepted: number;
}

/** Numbers of queries; they add up to all. */
export interface PairAgreement {
  left: string;
  right: string;
  both: number;
  leftOnly: number;
  rightOnly: number;
  neither: number;
}

export interface Agreement {
  /** Queries that were looked at. */
  n: number;
  comparators: ComparatorSummary[];
  /** Every two of them once, in their order. */
  pairs: PairAgreement[];
}

/** Two comparators, the first of which accepts what the second does not. */
export interface Dissent {
  accepted: string;
  rejected: string;
}

/** Below 1 by rounding is 1. */
const ROUNDING = 1e-9;

/** A comparator accepts a query when it gives 1: the graded ones (REMS, soft F1) reject what is partly right. */
export function accepts(scores: ComparatorScores, comparator: string): boolean {
  return (scores[comparator] ?? 0) >= 1 - ROUNDING;
}

/** The comparators that scored all of these queries: the known ones in their order, then others by name. */
export function sharedComparators(all: readonly ComparatorScores[]): string[] {
  const [first = {}] = all;
  const place = (name: string): number => {
    const at = (comparatorNames as readonly string[]).indexOf(name);
    return at < 0 ? comparatorNames.length : at;
  };
  return Object.keys(first)
    .filter((name) => all.every((scores) => scores[name] !== undefined))
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** Counts agreement over queries, given by what the comparators gave for each. */
export function agreementOf(all: readonly ComparatorScores[]): Agreement {
  const names = sharedComparators(all);
  const accepted = names.map((name) => all.map((scores) => accepts(scores, name)));
  const count = (fits: (query: number) => boolean): number => all.filter((_, query) => fits(query)).length;
  return {
    n: all.length,
    comparators: names.map((name, i) => ({
      name,
      mean: all.length === 0 ? 0 : all.reduce((sum, scores) => sum + (scores[name] ?? 0), 0) / all.length,
      accepted: count((query) => accepted[i]?.[query] === true),
    })),
    pairs: names.flatMap((left, i) =>
      names.slice(i + 1).map((right, offset) => {
        const of = (byLeft: boolean, byRight: boolean): number =>
          count((query) => accepted[i]?.[query] === byLeft && accepted[i + 1 + offset]?.[query] === byRight);
        return {
          left,
          right,
          both: of(true, true),
          leftOnly: of(true, false),
          rightOnly: of(false, true),
          neither: of(false, false),
        };
      }),
    ),
  };
}

/** Whether the query is one that the first comparator accepts and the second rejects. */
export function isDissent(scores: ComparatorScores | undefined, { accepted, rejected }: Dissent): boolean {
  return scores !== undefined && accepts(scores, accepted) && !accepts(scores, rejected);
}

/** Whether one of two comparators accepts the query and the other does not. */
export function disagree(scores: ComparatorScores | undefined, [one, other]: readonly [string, string]): boolean {
  return scores !== undefined && accepts(scores, one) !== accepts(scores, other);
}
