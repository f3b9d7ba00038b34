/** How long steps will take, judged by what the same steps took in earlier runs of this store. */
import type { ExperimentConfig } from '@queryloop/contracts';
import type { Store } from '@queryloop/store';

/** Newest runs to learn from. */
const runsToRead = 10;

/**
 * Sums the mean seconds of each step that is not cached: in the newest runs with the same policy, rollout and shards, or in the
 * newest of all for a step that none of those has done. Null when a step was never done here, or there is no store yet.
 */
export async function estimateSeconds(
  store: Store | undefined,
  config: ExperimentConfig,
  steps: readonly { step: string; cached: boolean }[],
): Promise<number | null> {
  const missing = steps.filter(({ cached }) => !cached);
  if (missing.length === 0) return 0;
  const means = store && (await meanSeconds(store, config));
  const seconds = missing.map(({ step }) => means?.get(step) ?? null);
  return seconds.reduce((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

async function meanSeconds(store: Store, config: ExperimentConfig): Promise<Map<string, number>> {
  const sizes = ({ policy, rollout, shards }: ExperimentConfig): string => JSON.stringify([policy, rollout, shards]);
  const runs = await store.runs.list({ limit: 50 });
  const alike = runs.filter((run) => sizes(run.config) === sizes(config));
  return new Map([...(await meansOf(store, runs)), ...(await meansOf(store, alike))]);
}

async function meansOf(store: Store, runs: readonly { id: string }[]): Promise<Map<string, number>> {
  const sums = new Map<string, { seconds: number; count: number }>();
  for (const { id } of runs.slice(0, runsToRead)) {
    for (const { name, seconds, reused } of await store.steps.list(id)) {
      // What was taken from the cache took no time, and says nothing.
      if (reused) continue;
      const step = withoutShard(name);
      const sum = sums.get(step) ?? { seconds: 0, count: 0 };
      sums.set(step, { seconds: sum.seconds + seconds, count: sum.count + 1 });
    }
  }
  return new Map([...sums].map(([step, { seconds, count }]) => [step, seconds / count]));
}

/** "generateRollout:2/4" as "generateRollout", "computeGradient:0:2/4" as "computeGradient": all shards and iterations take alike. */
function withoutShard(name: string): string {
  return name.replace(/(:\d+)?(:\d+\/\d+)?$/, '');
}
