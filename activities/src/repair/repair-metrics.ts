/** What repair did, in shares of all sampled completions, so that those of shards add up by their numbers. */
import type { Group, Metrics, Rollout } from '@queryloop/contracts';
import type { GroupAttempts } from '../reward-queries.ts';

/**
 * For a rollout of several turns: `repair/failed_turn_t`, those whose query failed in turn t (for any of their questions);
 * `repair/repaired`, those whose first query failed and whose last one ran; `repair/repaired_correct`, what of these is right, as a
 * share of all. Nothing for other rollouts. `scored`: what came of the last queries, per group.
 */
export function repairMetrics(
  { groups, turns = 1 }: Pick<Rollout, 'groups' | 'turns'>,
  scored: readonly GroupAttempts[],
): Metrics {
  const samples = groups.flatMap((group, g) => samplesOf(group, scored[g] ?? []));
  if (turns === 1 || samples.length === 0) return {};
  const share = (value: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + value(sample), 0) / samples.length;
  const repaired = ({ failures, failed }: Sample) => failures > 0 && !failed;
  const failedIn = Array.from({ length: turns }, (_, t): [string, number] => [
    `repair/failed_turn_${t + 1}`,
    share(({ failures, failed }) => Number(t < failures || (t === failures && failed))),
  ]);
  return {
    ...Object.fromEntries(failedIn),
    'repair/repaired': share((sample) => Number(repaired(sample))),
    'repair/repaired_correct': share((sample) => (repaired(sample) ? sample.correct : 0)),
  };
}

interface Sample {
  /** Turns before the last. */
  failures: number;
  /** The last query failed too. */
  failed: boolean;
  /** Share of its questions that the last query answers. */
  correct: number;
}

function samplesOf({ completions }: Group, scored: GroupAttempts): Sample[] {
  return completions.flatMap(({ proposed, turns = [] }, i): Sample[] => {
    const attempts = scored[i] ?? [];
    if (proposed) return [];
    return [
      {
        failures: turns.length,
        failed: attempts.some(({ failed }) => failed),
        correct: attempts.filter(({ correct }) => correct).length / Math.max(1, attempts.length),
      },
    ];
  });
}
