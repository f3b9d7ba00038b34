/**
 * Proposals: queries drawn from the grammar for prompts that are not solved yet. What a policy never samples can never be rewarded;
 * a proposal that does better than every sample of its group joins it (see score-completions.ts). Only execution tells
 * which one that is: the grammar does not know the question, only which values it names.
 */
import type { Completion } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';
import { bindPlaceholders, grammarSampler, keyedDraw } from '@queryloop/text-to-sql';
import { type PreparedDataset, type PreparedQuestion, wordsOf } from './dataset-artifact.ts';
import { drawWithoutReplacement } from './draw-without-replacement.ts';
import { policyLogProbs } from './policy-log-probs.ts';

/** Pairs of the grammar that proposals are drawn from; their questions are not used. */
const POOL_PAIRS = 20_000;
const POOL_SEED = 0;

const pools = new WeakMap<PreparedDataset, Map<string, string[]>>();

/** Different queries of the grammar, by the placeholders they use. */
function poolOf(dataset: PreparedDataset): Map<string, string[]> {
  let pool = pools.get(dataset);
  if (!pool) {
    const sample = grammarSampler(dataset.schema, wordsOf(dataset), dataset.forms);
    const queries = new Set(Array.from({ length: POOL_PAIRS }, (_, i) => sample(POOL_SEED, i).sql));
    pool = new Map();
    for (const sql of [...queries].sort()) {
      const key = placeholdersOf(sql);
      const known = pool.get(key);
      if (known) known.push(sql);
      else pool.set(key, [sql]);
    }
    pools.set(dataset, pool);
  }
  return pool;
}

function placeholdersOf(text: string): string {
  return [...new Set(text.match(/\{\w+\}/g))].sort().join(' ');
}

/**
 * Up to `count` queries that use just the values a question's prompt names, the one found to be good among them; with the values in them
 * where prompts have no placeholders.
 */
export function proposeQueries(
  dataset: PreparedDataset,
  { prompt, linked = prompt, bindings }: Pick<PreparedQuestion, 'prompt' | 'linked' | 'bindings'>,
  found: string | undefined,
  count: number,
  key: readonly number[],
): string[] {
  if (count === 0) return [];
  const queries = poolOf(dataset).get(placeholdersOf(linked)) ?? [];
  const pairs = drawWithoutReplacement(queries, () => 1, count, keyedDraw(...key));
  const drawn = dataset.prompts === undefined ? pairs : pairs.map((sql) => bindPlaceholders(sql, bindings));
  return found === undefined ? drawn : [...new Set([found, ...drawn])].slice(0, count);
}

/** Proposals as completions, with the log-probabilities the policy gives them; in the order given. */
export async function asCompletions(
  policy: Policy,
  groups: readonly { promptIds: number[]; completions: readonly { text: string; ids: number[] }[] }[],
  temperature: number,
): Promise<Completion[][]> {
  const encoded = groups.map(({ promptIds, completions }) => ({
    promptIds,
    completions: completions.map(({ ids }) => ids),
  }));
  const logProbs = await policyLogProbs(policy, encoded, temperature);
  return groups.map(({ completions }, g) =>
    completions.map(({ ids, text }, i) => ({
      ids,
      logProbs: logProbs[g]?.[i] ?? [],
      text,
      finished: true,
      proposed: true,
    })),
  );
}
