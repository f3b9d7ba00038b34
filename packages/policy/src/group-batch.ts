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

/** Prompts without their last token. What all of them begin with, the schema for one, stands there once. */
export interface PromptRows {
  /** Tokens of each prompt [P]. */
  lengths: number[];
  /** Tp: tokens of the longest; 0 when every prompt is one token. */
  width: number;
  /** What all prompts begin with, as one sequence; null where they begin differently. */
  common: PromptPart | null;
  /** What each prompt goes on with, [P] sequences. */
  own: PromptPart;
}

/** Part of the prompts: a row per token. */
export interface PromptPart {
  ids: Int32Array;
  positions: Int32Array;
  /** Length of sequence at which each row is rotated: that of its prompt. Only dynamic rotary scaling asks. */
  spans: Int32Array;
  /** All sequences as one block. */
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
  if (promptIds.length === 0)
    throw new UserError({ message: 'the prompt is empty', field: 'prompt', hint: 'give a text' });
  if (promptIds.length + completionTokens > config.maxPositions)
    throw new UserError({
      message: `prompt of ${promptIds.length} tokens and ${completionTokens} more exceed the context of ${config.maxPositions} tokens`,
      field: 'prompt',
      hint: 'shorten the text, lower rollout.maxTokens, or use a model with a longer context',
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

/** A shorter beginning is not worth a pass of its own. */
const shortestCommon = 32;

/** Lays out prompts (all but their last token) for the prompt pass; `spanOf` gives the spans other than their lengths. */
export function packPrompts(
  prompts: readonly (readonly number[])[],
  config: Pick<ModelConfig, 'rope'>,
  spanOf: (prompt: number) => number | undefined = () => undefined,
): PromptRows {
  const lengths = prompts.map((ids) => ids.length - 1);
  const spans = prompts.map((prompt, p) => spanOf(p) ?? prompt.length);
  const shared = sharedLength(prompts, config, spans);
  const [first] = prompts;
  return {
    lengths,
    width: Math.max(0, ...lengths),
    common: shared > 0 && first ? layOutPart([first.slice(0, shared)], 0, spans, 1) : null,
    own: layOutPart(
      prompts.map((prompt) => prompt.slice(shared, -1)),
      shared,
      spans,
      shared > 0 ? prompts.length : 1,
    ),
  };
}

/** Tokens that all prompts begin with and that are computed once; 0 where there are too few, or where each prompt turns them differently. */
function sharedLength(
  prompts: readonly (readonly number[])[],
  { rope }: Pick<ModelConfig, 'rope'>,
  spans: readonly number[],
): number {
  // Dynamic scaling turns the same tokens differently in prompts of different length.
  const alike = rope.type !== 'dynamic' || spans.every((span) => span === spans[0]);
  const common = prompts.length > 1 && alike ? commonLength(prompts) : 0;
  return common >= shortestCommon ? common : 0;
}

/** Rows that a forward over these groups computes: of each prompt, what all begin with counted once, and of each completion. */
export function countRows(groups: readonly PackedGroup[], config: Pick<ModelConfig, 'rope'>): number {
  const prompts = groups.map(({ promptIds }) => promptIds);
  const shared = sharedLength(
    prompts,
    config,
    groups.map(({ promptIds, span }) => span ?? promptIds.length),
  );
  const repeated = shared * Math.max(0, groups.length - 1);
  return groups.reduce(
    (sum, { promptIds, completions }) => completions.reduce((own, ids) => own + ids.length, sum + promptIds.length - 1),
    -repeated,
  );
}

/** Tokens that all prompts begin with, none of them a prompt's last. */
function commonLength(prompts: readonly (readonly number[])[]): number {
  const [first = []] = prompts;
  let length = Math.min(...prompts.map((ids) => ids.length - 1));
  for (const ids of prompts) {
    let t = 0;
    while (t < length && ids[t] === first[t]) t++;
    length = t;
  }
  return length;
}

/** Sequences from position `start` on, `slots` to a chunk. */
function layOutPart(
  sequences: readonly (readonly number[])[],
  start: number,
  spans: readonly number[],
  slots: number,
): PromptPart {
  const width = Math.max(0, ...sequences.map((ids) => ids.length));
  const blockRows = new Int32Array(sequences.length * width).fill(-1);
  const ids: number[] = [];
  const positions: number[] = [];
  const rowSpans: number[] = [];
  sequences.forEach((sequence, s) => {
    sequence.forEach((id, t) => {
      blockRows[s * width + t] = ids.length;
      ids.push(id);
      positions.push(start + t);
      rowSpans.push(spans[s] as number);
    });
  });
  const chunkPrompts = Int32Array.from({ length: sequences.length / slots }, (_, chunk) => chunk);
  return {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(positions),
    spans: Int32Array.from(rowSpans),
    block: { blockRows, chunkPrompts, slots, width },
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
    config,
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
