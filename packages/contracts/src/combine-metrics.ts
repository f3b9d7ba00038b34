/** Metrics of an update from those of its shards. Pure and in a fixed order, so that workflows may use it. */
import type { Metrics } from './steps.ts';

type Combine = (values: readonly number[], parts: readonly Metrics[]) => number;

const sum: Combine = (values) => values.reduce((total, value) => total + value, 0);
const smallest: Combine = (values) => Math.min(...values);
const largest: Combine = (values) => Math.max(...values);
/** Mean over what the parts counted. */
const meanBy =
  (countOf: (part: Metrics) => number): Combine =>
  (values, parts) => {
    const counts = parts.map(countOf);
    const total = counts.reduce((all, count) => all + count, 0);
    return total === 0 ? 0 : values.reduce((all, value, i) => all + value * (counts[i] ?? 0), 0) / total;
  };

const completions = (part: Metrics) => part['num_completions'] ?? 1;
const tokens = (part: Metrics) => part['num_tokens'] ?? 1;
const queries = (part: Metrics) => part['num_queries'] ?? 1;
const grounded = (part: Metrics) => part['rewards/grounded_checked'] ?? 0;
const terminated = (part: Metrics) => Math.round(completions(part) * (1 - (part['completions/clipped_ratio'] ?? 0)));

function combineFor(name: string): Combine {
  if (name.startsWith('num_') || name === 'proposals/adopted' || name === 'rewards/grounded_checked') return sum;
  if (name === 'rewards/false_rate') return meanBy(grounded);
  if (name === 'completions/min_length') return smallest;
  if (name === 'completions/max_length' || name === 'prompts/max_tokens') return largest;
  if (name.startsWith('sampling/') && name.endsWith('/min')) return smallest;
  if (name.startsWith('sampling/') && name.endsWith('/max')) return largest;
  if (/^sampling\/(sampling_logp_difference|unknown_share)/.test(name)) return meanBy(tokens);
  if (name === 'completions/mean_terminated_length') return meanBy(terminated);
  // outcomes and accuracy are shares of the queries that ran
  return meanBy(/^(execution|outcomes|rewards)\//.test(name) ? queries : completions);
}

/**
 * Metrics of the whole from those of `parts`, as generateRollout and scoreCompletions give them: counts (`num_…`) add up, means
 * weigh by what they were taken over, which stands among the metrics of the same part (`num_completions`, `num_queries`). A part
 * that lacks a metric (an empty shard) has no say in it. One part comes back as it is.
 */
export function combineMetrics(parts: readonly Metrics[]): Metrics {
  if (parts.length === 1 && parts[0]) return parts[0];
  const names = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(
    names.map((name) => {
      const having = parts.filter((part) => name in part);
      const values = having.map((part) => part[name] as number);
      return [name, combineFor(name)(values, having)];
    }),
  );
}
