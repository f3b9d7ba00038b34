/** The policy that benches measure. */
import { Policy } from '@queryloop/policy';
import { threads } from '../measure.ts';
import type { Shape } from './workload.ts';

/** Random weights, and no end token, so that every completion gets its full length. */
export function randomPolicy({
  hidden,
  layers,
  heads,
  keyValueHeads,
  feedForward,
  vocabulary,
}: Shape): Promise<Policy> {
  const config = {
    model_type: 'llama',
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    intermediate_size: feedForward,
    vocab_size: vocabulary,
    max_position_embeddings: 4096,
    tie_word_embeddings: true,
    eos_token_id: null,
    pad_token_id: 0,
  };
  // Prompts are given as ids: the tokenizer only has to be there.
  const tokenizerJson = {
    added_tokens: [],
    normalizer: null,
    pre_tokenizer: null,
    post_processor: null,
    decoder: null,
    model: { type: 'BPE', vocab: { '<pad>': 0 }, merges: [] },
  };
  return Policy.create({ config, tokenizerJson, seed: 0, threads });
}
