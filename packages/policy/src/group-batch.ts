/**
 * Host-side layout of groups of completions. Rows of the model's dense layers are the real tokens only, without padding; only
 * attention sees padded blocks, and the index tables made here move rows between the two.
 */
import { UserError } from '@queryloop/contracts';
import { chooseSlots } from './chunks.ts';
import type { ModelConfig } from './model-config.ts';

export interface PackedGroup {
  promptIds: readonly number[];
  completions: readonly (readonly number[])[];
  /** Makes `spans` this number for all rows, as when the whole sequence is read at once. */
  span?: number;
}

/**
 * A group's prompt is computed once, all but its last token, as keys and values that its completions attend to. A completion's
 * input row t is the token before its token t (for t = 0 the prompt's last), so row t predicts token t.
 */
export interface GroupBatch {
  groupCount: number;
  /** N: completions of all groups, in group order. */
  completionCount: number;
  /** Tc: tokens of the longest completion. */
  maxTokens: number;
  /** Tokens of each completion [N]. */
  lengths: number[];
  /** 1 where completion n has a token t, else 0; [N × Tc]. */
  mask: Float32Array;
  prompts: PromptRows;
  rows: CompletionRows;
}

/** Prompts without their last token: `ids.length` rows. */
export interface PromptRows {
  ids: Int32Array;
  positions: Int32Array;
  /** Length of sequence at which each row is rotated: that of its prompt. Only dynamic rotary scaling asks. */
  spans: Int32Array;
  /** Rows of each prompt [P]. */
  lengths: number[];
  /** Tp: rows of the longest; 0 when every prompt is one token. */
  width: number;
  /** All prompts, each a chunk of its own [P, 1, Tp]. */
  block: AttentionRows;
}

/** Completion inputs: one row per completion token. */
export interface CompletionRows {
  ids: Int32Array;
  positions: Int32Array;
  /** Length of sequence at which each row is rotated: up to itself, as when it was sampled. */
  spans: Int32Array;
  /** The token each row predicts. */
  targets: Int32Array;
  /** Row of (completion, token), or −1; [N × Tc]. */
  completionRows: Int32Array;
  /** The padded blocks attention works on: completions of similar length together. */
  blocks: AttentionRows[];
}

/** A padded block of sequences for attention [C chunks, S slots, W tokens]. */
export interface AttentionRows {
  /** Row of (chunk, slot, token), or −1. */
  blockRows: Int32Array;
  /** Prompt of each chunk [C]. */
  chunkPrompts: Int32Array;
  slots: number;
  width: number;
}

/** Throws UserError for a prompt that is empty, holds an unknown id, or leaves no room for `completionTokens` in the context. */
export function checkPrompt(promptIds: readonly number[], completionTokens: number, config: ModelConfig): void {
  if (promptIds.length === 0) throw new UserError({ message: 'the prompt is empty', field: 'prompt' });
  if (promptIds.length + completionTokens > config.maxPositions)
    throw new UserError({
      message: `prompt of ${promptIds.length} tokens and ${completionTokens} more exceed the context of ${config.maxPositions} tokens`,
      field: 'prompt',
      hint: 'shorten the prompt, or use a model with a longer context',
    });
  checkIds(promptIds, config);
}

function checkIds(ids: readonly number[], config: ModelConfig): void {
  for (const id of ids)
    if (!Number.isInteger(id) || id < 0 || id >= config.vocabularySize)
      throw new UserError({
        message: `token id ${id} is not in the vocabulary of ${config.vocabularySize}`,
        field: 'ids',
      });
}

/** Lays out prompts (all but their last token) for the prompt pass; `spanOf` gives the spans other than their lengths. */
export function packPrompts(
  prompts: readonly (readonly number[])[],
  spanOf: (prompt: number) => number | undefined = () => undefined,
): PromptRows {
  const lengths = prompts.map((ids) => ids.length - 1);
  const width = Math.max(0, ...lengths);
  const blockRows = new Int32Array(prompts.length * width).fill(-1);
  const ids: number[] = [];
  const positions: number[] = [];
  const spans: number[] = [];
  prompts.forEach((prompt, p) => {
    const span = spanOf(p) ?? prompt.length;
    for (let t = 0; t < prompt.length - 1; t++) {
      blockRows[p * width + t] = ids.length;
      ids.push(prompt[t] as number);
      positions.push(t);
      spans.push(span);
    }
  });
  const block = { blockRows, chunkPrompts: Int32Array.from(prompts.keys()), slots: 1, width };
  return {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(positions),
    spans: Int32Array.from(spans),
    lengths,
    width,
    block,
  };
}

/** Lays out groups for the training forward. Throws UserError when a sequence does not fit the model. */
export function packGroups(groups: readonly PackedGroup[], config: ModelConfig): GroupBatch {
  const lengths = groups.flatMap((group) => group.completions.map((ids) => ids.length));
  const maxTokens = Math.max(0, ...lengths);
  if (maxTokens === 0) throw new UserError({ message: 'the batch holds no completion token', field: 'completions' });
  const completionRows = new Int32Array(lengths.length * maxTokens).fill(-1);
  const mask = new Float32Array(lengths.length * maxTokens);
  const ids: number[] = [];
  const positions: number[] = [];
  const spans: number[] = [];
  const targets: number[] = [];
  const sequences: Sequence[] = [];
  groups.forEach(({ promptIds, completions, span }, prompt) => {
    checkPrompt(promptIds, Math.max(0, ...completions.map((completion) => completion.length)), config);
    for (const completion of completions) {
      checkIds(completion, config);
      const firstPlace = sequences.length * maxTokens;
      sequences.push({ prompt, firstRow: ids.length, length: completion.length });
      completion.forEach((id, t) => {
        completionRows[firstPlace + t] = ids.length;
        mask[firstPlace + t] = 1;
        ids.push((t === 0 ? promptIds.at(-1) : completion[t - 1]) as number);
        positions.push(promptIds.length - 1 + t);
        spans.push(span ?? promptIds.length + t);
        targets.push(id);
      });
    }
  });
  const prompts = packPrompts(
    groups.map((group) => group.promptIds),
    (group) => groups[group]?.span,
  );
  return {
    groupCount: groups.length,
    completionCount: lengths.length,
    maxTokens,
    lengths,
    mask,
    prompts,
    rows: {
      ids: Int32Array.from(ids),
      positions: Int32Array.from(positions),
      spans: Int32Array.from(spans),
      targets: Int32Array.from(targets),
      completionRows,
      blocks: byLength(sequences).map((similar) => layOut(similar, prompts.width)),
    },
  };
}

interface Sequence {
  prompt: number;
  firstRow: number;
  length: number;
}

/** Sequences of up to 8, 16, 32, … tokens apart, so that one long completion does not pad all the others to its length. */
function byLength(sequences: readonly Sequence[]): Sequence[][] {
  const classes = new Map<number, Sequence[]>();
  for (const sequence of sequences) {
    if (sequence.length === 0) continue;
    const size = Math.max(3, Math.ceil(Math.log2(sequence.length)));
    classes.set(size, [...(classes.get(size) ?? []), sequence]);
  }
  return [...classes].sort(([left], [right]) => left - right).map(([, members]) => members);
}

/** Chunks of one prompt each; `sequences` come sorted by prompt. */
function layOut(sequences: readonly Sequence[], promptWidth: number): AttentionRows {
  const width = Math.max(...sequences.map(({ length }) => length));
  const byPrompt = new Map<number, Sequence[]>();
  for (const sequence of sequences) byPrompt.set(sequence.prompt, [...(byPrompt.get(sequence.prompt) ?? []), sequence]);
  const slots = chooseSlots(
    [...byPrompt.values()].map((members) => members.length),
    promptWidth,
  );
  const chunkPrompts: number[] = [];
  const blockRows: number[] = [];
  for (const [prompt, members] of byPrompt)
    for (let start = 0; start < members.length; start += slots) {
      chunkPrompts.push(prompt);
      for (let slot = start; slot < start + slots; slot++) {
        const { firstRow, length } = members[slot] ?? { firstRow: -1, length: 0 };
        for (let t = 0; t < width; t++) blockRows.push(t < length ? firstRow + t : -1);
      }
    }
  return { blockRows: Int32Array.from(blockRows), chunkPrompts: Int32Array.from(chunkPrompts), slots, width };
}
