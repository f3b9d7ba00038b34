/** Batched sampling: one prefill per prompt, then one token a step for all live samples over a key/value cache. */
import { UserError } from '@queryloop/contracts';
import { DecodeCache, type Slot } from './decode-cache.ts';
import { nextDistribution } from './decode-graphs.ts';
import { stepInputs } from './decode-step.ts';
import type { Model } from './decoder.ts';
import { checkPrompt, packPrompts } from './group-batch.ts';
import { promptKeyValues } from './layer-pass.ts';
import { pickTokens } from './pick-tokens.ts';
import { keyedStream } from './random.ts';
import { type SamplingWeights, samplingWeights } from './sampling-weights.ts';
import { tidy } from './tensorflow.ts';

export interface GenerateRequest {
  groups: readonly {
    promptIds: readonly number[];
    /** Completions to draw for this prompt. */
    samples: number;
    /** Names the group among the random streams, e.g. the question's number. */
    key: readonly number[];
  }[];
  maxTokens: number;
  /** 0 takes the likeliest token. */
  temperature: number;
  /** Nucleus sampling; 1 (default) is off. */
  topP?: number;
  /** Keep the k likeliest tokens; 0 (default) is off. */
  topK?: number;
  /** Token t of sample s of a group is drawn with the uniform number keyed (…seedKey, …group key, s, t). */
  seedKey: readonly number[];
  /** Called, and awaited, after each step with the number of samples still being written; what it throws ends the sampling. */
  onToken?: (progress: { step: number; live: number }) => void | Promise<void>;
}

export interface SampledCompletion {
  /** Tokens without padding; the end token is included when it was reached. */
  ids: number[];
  /** Log-probability of each under softmax(logits / temperature) before top-p and top-k; at temperature 0, of softmax(logits). */
  logProbs: number[];
  /** The end token was reached. */
  finished: boolean;
}

export interface GeneratedGroup {
  completions: SampledCompletion[];
}

/** Logits computed in one step; groups beyond that are sampled one batch after another. */
const maxLogits = 2 ** 26;

interface Sample extends SampledCompletion {
  group: number;
  /** Longest this sample may become: maxTokens, or what the context has room for. */
  limit: number;
  uniform: (token: number) => number;
}

/** Samples the requested completions. Throws UserError for empty prompts, prompts that fill the context and bad settings. */
export async function generate(
  model: Model,
  eosIds: readonly number[],
  request: GenerateRequest,
): Promise<GeneratedGroup[]> {
  checkRequest(request);
  for (const { promptIds } of request.groups) checkPrompt(promptIds, 1, model.config);
  const results: GeneratedGroup[] = [];
  const { weights, release } = samplingWeights(model);
  const rowLimit = Math.max(1, Math.floor(maxLogits / model.config.vocabularySize));
  try {
    for (let start = 0; start < request.groups.length; ) {
      let end = start;
      for (let rows = 0; end < request.groups.length; end++) {
        rows += request.groups[end]?.samples ?? 0;
        if (end > start && rows > rowLimit) break;
      }
      results.push(
        ...(await generateBatch(model, weights, eosIds, { ...request, groups: request.groups.slice(start, end) })),
      );
      start = end;
    }
  } finally {
    release();
  }
  return results;
}

function checkRequest({ maxTokens, temperature, topP = 1, topK = 0 }: GenerateRequest): void {
  const check = (fits: boolean, field: string, value: number, allowed: string) => {
    if (!fits) throw new UserError({ message: `${field} is ${value}; allowed: ${allowed}`, field });
  };
  check(Number.isInteger(maxTokens) && maxTokens > 0, 'maxTokens', maxTokens, 'a positive integer');
  check(temperature >= 0 && Number.isFinite(temperature), 'temperature', temperature, '0 (greedy) or more');
  check(topP > 0 && topP <= 1, 'topP', topP, 'above 0, up to 1');
  check(Number.isInteger(topK) && topK >= 0, 'topK', topK, '0 (off) or a positive integer');
}

async function generateBatch(
  model: Model,
  weights: SamplingWeights,
  eosIds: readonly number[],
  request: GenerateRequest,
): Promise<GeneratedGroup[]> {
  const { groups, maxTokens, temperature, topP = 1, topK = 0, seedKey } = request;
  const samplesOf = groups.map(({ promptIds, samples, key }, group) =>
    Array.from({ length: samples }, (_, index): Sample => {
      const limit = Math.min(maxTokens, model.config.maxPositions - promptIds.length);
      return {
        group,
        limit,
        ids: [],
        logProbs: [],
        finished: false,
        uniform: keyedStream([...seedKey, ...key, index]),
      };
    }),
  );
  const samples = samplesOf.flat();
  const live = (sample: Sample) => !sample.finished && sample.ids.length < sample.limit;
  const prompts = packPrompts(
    groups.map(({ promptIds }) => promptIds),
    model.config,
  );
  const cache = new DecodeCache(
    model,
    prompts,
    tidy(() => promptKeyValues(model, prompts)),
  );
  try {
    cache.arrange(samples.map((sample, index): Slot => ({ prompt: sample.group, sample: index })));
    for (let step = 0; samples.some(live); step++) {
      const rows = cache.rows.map((index) => {
        const sample = samples[index];
        return sample && live(sample) ? sample : undefined;
      });
      const ids = Int32Array.from(rows, (sample) =>
        sample ? (sample.ids.at(-1) ?? (groups[sample.group]?.promptIds.at(-1) as number)) : 0,
      );
      const positions = Int32Array.from(rows, (sample) =>
        sample ? (groups[sample.group]?.promptIds.length ?? 1) - 1 + step : 0,
      );
      const uniforms = Float32Array.from(rows, (sample) => sample?.uniform(step) ?? 0);
      cache.makeRoom(step);
      const picked = tidy(() => {
        const inputs = stepInputs(model, cache, { ids, positions, step });
        const next = nextDistribution(model, weights, cache, inputs, temperature);
        return pickTokens(next, uniforms, { temperature, topP, topK });
      });
      rows.forEach((sample, row) => {
        if (!sample) return;
        const id = picked.ids[row] as number;
        sample.ids.push(id);
        sample.logProbs.push(picked.logProbs[row] as number);
        sample.finished = eosIds.includes(id);
      });
      const alive = rows.filter((sample) => sample && live(sample)).length;
      if (request.onToken) await request.onToken({ step, live: alive });
      // Fewer than half the rows live: the rest are dropped. A rule of counts only, so a repeated call does the same.
      if (alive > 0 && alive * 2 < rows.length)
        cache.arrange(
          samples.flatMap((sample, index): Slot[] => (live(sample) ? [{ prompt: sample.group, sample: index }] : [])),
        );
    }
  } finally {
    cache.dispose();
  }
  return samplesOf.map((group) => ({
    completions: group.map(({ ids, logProbs, finished }) => ({ ids, logProbs, finished })),
  }));
}
