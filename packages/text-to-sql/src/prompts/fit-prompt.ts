/** Shortens prompts that are too long for the policy: sample values go first, then examples, and never the schema. */
import { UserError } from '@queryloop/contracts';
import type { PromptExtent } from './prompt-writer.ts';

export interface FitOptions {
  /** What there is to show. */
  full: PromptExtent;
  /** Context of the policy, in tokens. */
  context: number;
  /** Room that the completion needs, in tokens. */
  maxTokens: number;
}

/**
 * The longest prompt that fits together with the completion: one sample value of each column less, and less, then one example less, and
 * less.
 * @param encode the prompt with so much in it, as token ids
 * @throws UserError naming tokens and limits when schema and question alone do not fit
 */
export function fitPrompt<Encoded extends { ids: readonly number[] }>(
  encode: (extent: PromptExtent) => Encoded,
  { full, context, maxTokens }: FitOptions,
): Encoded & { extent: PromptExtent } {
  const room = context - maxTokens;
  let shortest = 0;
  for (const extent of extents(full)) {
    const encoded = encode(extent);
    if (encoded.ids.length <= room) return { ...encoded, extent };
    shortest = encoded.ids.length;
  }
  throw new UserError({
    message: `the prompt takes ${shortest} tokens with the schema and the question alone, and the completion up to ${maxTokens} more: the policy's context is ${context} tokens`,
    field: 'prompt',
    hint:
      shortest < context
        ? `Set rollout.maxTokens (--max-tokens) to ${context - shortest} or less, or give a policy with a longer context in policy.folder.`
        : 'Give a policy with a longer context in policy.folder, or a shorter template in prompt.template that names only the tables needed.',
  });
}

/** From all there is to nothing, in the order in which things are given up. */
function* extents({ sampleValues, examples }: PromptExtent): Generator<PromptExtent> {
  for (let values = sampleValues; values > 0; values--) yield { sampleValues: values, examples };
  for (let shown = examples; shown >= 0; shown--) yield { sampleValues: 0, examples: shown };
}
