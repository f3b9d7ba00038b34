'use client';
/** What is compared and how: in the address, so that a link shows the same. */
import { parseAsArrayOf, parseAsBoolean, parseAsString, parseAsStringLiteral, useQueryStates } from 'nuqs';

/** What an address says wrongly counts as not said. */
const parsers = {
  runs: parseAsArrayOf(parseAsString).withDefault([]),
  split: parseAsStringLiteral(['test', 'dev']).withDefault('test'),
  baseline: parseAsString,
  against: parseAsStringLiteral(['side', 'base']).withDefault('side'),
  by: parseAsStringLiteral(['type', 'table', 'construct']).withDefault('type'),
  /** Shows settings that are the same on all sides too. */
  same: parseAsBoolean.withDefault(false),
  before: parseAsString,
  after: parseAsString,
  change: parseAsStringLiteral(['both', 'won', 'lost']).withDefault('both'),
  text: parseAsString.withDefault(''),
};

export function useCompareState() {
  const [state, set] = useQueryStates(parsers, { history: 'replace' });
  return { ...state, set };
}

/** The address of an endpoint with the runs and more. */
export function endpoint(
  path: string,
  runs: readonly string[],
  more: Record<string, string | null> = {},
): string | null {
  if (runs.length === 0) return null;
  const query = new URLSearchParams({ ids: runs.join(',') });
  for (const [name, value] of Object.entries(more)) if (value) query.set(name, value);
  return `/api/v1/compare${path}?${query}`;
}
