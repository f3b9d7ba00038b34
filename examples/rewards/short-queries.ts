/**
 * A reward function of your own: queries that run are worth more the shorter they are. docs/rewards.md says what it is given and may do;
 * experiments/own-reward.yaml uses it.
 */
import type { RewardedQuery } from '@queryloop/text-to-sql';

/** A query of this many characters is worth nothing any more. */
const longest = 400;

/** From 1 (nothing written) to 0; null, which leaves the query to the other functions, for one that did not run. */
export default function shortQueries(batch: readonly RewardedQuery[]): (number | null)[] {
  return batch.map(({ outcome, sql }) => (outcome.kind === 'error' ? null : Math.max(0, 1 - sql.length / longest)));
}
