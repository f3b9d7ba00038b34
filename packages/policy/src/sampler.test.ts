/** Sampling: draws belong to samples, not to batches; filters keep what they say; ends and limits are respected. */
import { UserError } from '@queryloop/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Policy } from './policy.ts';
import type { GenerateRequest } from './sampler.ts';
import { smallPolicy, someIds } from './test-policy.ts';

let policy: Policy;
beforeAll(async () => {
  policy = await smallPolicy();
});
afterAll(() => policy.dispose());

type Group = GenerateRequest['groups'][number];
const groups: Group[] = [6, 1, 15, 9].map((length, i) => ({
  promptIds: someIds(length, 40 + i),
  samples: 5 + 2 * i,
  key: [i, 9],
}));

async function idsOf(request: Partial<GenerateRequest>): Promise<number[][][]> {
  const generated = await policy.generate({ groups, maxTokens: 14, temperature: 1, seedKey: [3], ...request });
  return generated.map(({ completions }) => completions.map(({ ids }) => ids));
}

describe('generate', () => {
  it('draws the same samples whatever else is in the batch', async () => {
    const together = await idsOf({});
    const reversed = await idsOf({ groups: [...groups].reverse() });
    expect([...reversed].reverse()).toEqual(together);
    for (const [i, group] of groups.entries()) {
      expect((await idsOf({ groups: [group] }))[0]).toEqual(together[i]);
      expect((await idsOf({ groups: [{ ...group, samples: 2 }] }))[0]).toEqual(together[i]?.slice(0, 2));
    }
  });

  it('draws other samples with another key', async () => {
    expect(await idsOf({ seedKey: [4] })).not.toEqual(await idsOf({}));
    const completions = (await idsOf({}))[0] ?? [];
    expect(new Set(completions.map(String)).size).toBe(completions.length);
  });

  it('takes the likeliest token at temperature 0 and with top-k 1', async () => {
    const greedy = await idsOf({ temperature: 0 });
    expect(await idsOf({ topK: 1 })).toEqual(greedy);
    expect(await idsOf({ topP: 1e-6 })).toEqual(greedy);
    expect(greedy[0]?.[0]).toEqual(greedy[0]?.[1]);
  });

  it('keeps to the tokens that top-k and top-p allow', async () => {
    const promptIds = groups[0]?.promptIds ?? [];
    const logits = Array.from(await policy.lastLogits(promptIds), (logit, id) => ({
      id,
      weight: Math.exp(logit),
    })).sort((a, b) => b.weight - a.weight);
    const total = logits.reduce((sum, { weight }) => sum + weight, 0);
    const first = async (request: Partial<GenerateRequest>) =>
      (await idsOf({ groups: [{ promptIds, samples: 300, key: [1] }], maxTokens: 1, ...request }))[0]?.flat() ?? [];
    const allowedK = new Set(logits.slice(0, 4).map(({ id }) => id));
    const drawnK = new Set(await first({ topK: 4 }));
    expect(drawnK).toEqual(allowedK);
    let mass = 0;
    const allowedP = new Set<number>();
    for (const { id, weight } of logits) {
      if (mass >= 0.02 * total) break;
      allowedP.add(id);
      mass += weight;
    }
    expect(new Set(await first({ topP: 0.02 }))).toEqual(allowedP);
  });

  it('draws tokens as often as their probability says', async () => {
    const promptIds = groups[1]?.promptIds ?? [];
    const draws =
      (await idsOf({ groups: [{ promptIds, samples: 4000, key: [2] }], maxTokens: 1, temperature: 0.05 }))[0]?.flat() ??
      [];
    const logits = await policy.lastLogits(promptIds);
    const top = logits.reduce((most, logit) => Math.max(most, logit), Number.NEGATIVE_INFINITY);
    const weights = Array.from(logits, (logit) => Math.exp((logit - top) / 0.05));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const [likeliest] = weights.map((weight, id) => ({ id, p: weight / total })).sort((a, b) => b.p - a.p);
    const { id, p } = likeliest as { id: number; p: number };
    const seen = draws.filter((drawn) => drawn === id).length / draws.length;
    expect(Math.abs(seen - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / draws.length));
  });

  it('ends a completion at the end token and says so', async () => {
    // With every logit alike, one token in 512 ends; in 400 samples of 14 tokens about ten do.
    const generated = await policy.generate({
      groups: [{ promptIds: [1, 2], samples: 400, key: [1] }],
      maxTokens: 14,
      temperature: 3,
      seedKey: [1],
    });
    const completions = generated[0]?.completions ?? [];
    expect(completions.some(({ finished }) => finished)).toBe(true);
    for (const { ids, logProbs, finished } of completions) {
      expect(ids.indexOf(510)).toBe(finished ? ids.length - 1 : -1);
      expect(logProbs).toHaveLength(ids.length);
      if (!finished) expect(ids).toHaveLength(14);
    }
  });

  it('stops where the context ends, and refuses prompts that fill it', async () => {
    const long = { promptIds: someIds(60, 1), samples: 2, key: [1] };
    const generated = await idsOf({ groups: [long, groups[0] as Group] });
    expect(generated[0]?.map((ids) => ids.length)).toEqual([4, 4]);
    await expect(idsOf({ groups: [{ ...long, promptIds: someIds(64, 1) }] })).rejects.toThrow(
      /prompt of 64 tokens.*context of 64/,
    );
    expect(() => policy.packGroups([{ promptIds: someIds(60, 1), completions: [someIds(5, 2)] }])).toThrow(UserError);
    await expect(policy.score(someIds(65, 1))).rejects.toThrow(UserError);
  });

  it.each([
    [{ maxTokens: 0 }, 'maxTokens is 0'],
    [{ temperature: -1 }, 'temperature is -1'],
    [{ topP: 0 }, 'topP is 0'],
    [{ topK: 1.5 }, 'topK is 1.5'],
    [{ groups: [{ promptIds: [], samples: 1, key: [1] }] }, 'the prompt is empty'],
    [{ groups: [{ promptIds: [512], samples: 1, key: [1] }] }, 'token id 512'],
  ])('refuses %j', async (request, message) => {
    await expect(idsOf(request)).rejects.toThrow(message);
  });
});
