/** Steps for looking at a policy by hand: what it writes for a prompt, and how likely it finds a text. */
import { loadPolicy } from '@queryloop/activities/load-policy';
import { type Engine, type Step, UserError } from '@queryloop/contracts';
import type { Policy } from '@queryloop/policy';

export interface GenerateTextInput extends Engine {
  /** Hugging Face folder, or that of an adapter. */
  folder: string;
  prompt: string;
  maxTokens: number;
  /** 0 is greedy. */
  temperature: number;
  seed: number;
}

export interface GenerateTextOutput {
  text: string;
  ids: number[];
  /** Ended by itself rather than at maxTokens. */
  finished: boolean;
}

/** Continues a prompt. */
export const generateText: Step<GenerateTextInput, GenerateTextOutput> = async (input, { artifacts }) => {
  const policy = await loadPolicy(input.folder, { threads: input.threads, allowWasm: true }, artifacts);
  try {
    const promptIds = encode(policy, input.prompt, '--prompt');
    const { maxTokens, temperature, seed } = input;
    const groups = [{ promptIds, samples: 1, key: [0] }];
    const [group] = await policy.generate({ groups, maxTokens, temperature, topP: 1, topK: 0, seedKey: [seed] });
    const { ids, finished } = group?.completions[0] ?? { ids: [], finished: false };
    return { text: policy.tokenizer.decode(ids), ids: [...ids], finished };
  } finally {
    policy.dispose();
  }
};

export interface ScoreTextInput extends Engine {
  folder: string;
  text: string;
}

export interface ScoreTextOutput {
  /** Token ids of the text, T of them. */
  ids: number[];
  /** T − 1 natural logarithms: entry i is the log-probability of ids[i + 1] after ids[0..i]. */
  logProbs: number[];
}

/** Token ids of a text, and the log-probability of each next token at temperature 1. */
export const scoreText: Step<ScoreTextInput, ScoreTextOutput> = async ({ folder, text, threads }, { artifacts }) => {
  const policy = await loadPolicy(folder, { threads, allowWasm: true }, artifacts);
  try {
    const ids = encode(policy, text, '--text');
    return { ids, logProbs: await policy.score(ids) };
  } finally {
    policy.dispose();
  }
};

function encode(policy: Policy, text: string, field: string): number[] {
  const ids = policy.tokenizer.encode(text);
  if (ids.length === 0)
    throw new UserError({
      message: `${field}: "${text}" has no tokens`,
      field,
      hint: 'Give a text that is not empty.',
    });
  return ids;
}
