/**
 * Host-side layout of groups of completions. Rows of the model's dense layers are the real tokens only, without padding; only
 * attention sees padded blocks, and the index tables made here move rows between the two.
 */
import { UserError } from '@queryloop/contracts';
import type { ModelConfig } from './model-config.ts';

export interface PackedGroup {
  promptIds: readonly number[];
  completions: readonly (readonly number[])[];
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

/** Prompts without their last token: `ids.length` rows; blocks are [P, Tp]. */
export interface PromptRows {
  ids: Int32Array;
  positions: Int32Array;
  /** Row of (prompt, position), or −1; [P × Tp]. */
  blockRows: Int32Array;
  /** Rows of each prompt [P]. */
  lengths: number[];
  /** Tp; 0 when every prompt is one token. */
  width: number;
}

/** Completion inputs: one row per completion token; attention blocks are [C chunks, S slots, Tc]. */
export interface CompletionRows {
  ids: Int32Array;
  positions: Int32Array;
  /** The token each row predicts. */
  targets: Int32Array;
  /** Row of (chunk, slot, token), or −1; [C × S × Tc]. */
  blockRows: Int32Array;
  /** Row of (completion, token), or −1; [N × Tc]. */
  completionRows: Int32Array;
  /** Prompt of each chunk [C]. */
  chunkPrompts: Int32Array;
  slots: number;
}

/**
 * How many completions of one prompt a chunk holds, so that ragged groups waste little: the number with the fewest padded
 * completions, counting a copy of the prompt's keys as `promptWidth / 32` of one.
 */
export function chooseSlots(groupSizes: readonly number[], promptWidth: number): number {
  const largest = Math.max(1, ...groupSizes);
  const candidates = [largest];
  for (let slots = 1; slots < largest; slots *= 2) candidates.push(slots);
  const cost = (slots: number) => {
    const chunks = groupSizes.reduce((sum, size) => sum + Math.ceil(size / slots), 0);
    return chunks * slots + (chunks * promptWidth) / 32;
  };
  return candidates.reduce((best, slots) => (cost(slots) < cost(best) ? slots : best));
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
      throw new UserError({ message: `token id ${id} is not in the vocabulary of ${config.vocabularySize}`, field: 'ids' });
}

/** Lays out prompts (all but their last token) for the prompt pass. */
export function packPrompts(prompts: readonly (readonly number[])[]): PromptRows {
  const lengths = prompts.map((ids) => ids.length - 1);
  const width = Math.max(0, ...lengths);
  const blockRows = new Int32Array(prompts.length * width).fill(-1);
  const ids: number[] = [];
  const positions: number[] = [];
  prompts.forEach((prompt, p) => {
    for (let t = 0; t < prompt.length - 1; t++) {
      blockRows[p * width + t] = ids.length;
      ids.push(prompt[t] as number);
      positions.push(t);
    }
  });
  return { ids: Int32Array.from(ids), positions: Int32Array.from(positions), blockRows, lengths, width };
}

/** Lays out groups for the training forward. Throws UserError when a sequence does not fit the model. */
export function packGroups(groups: readonly PackedGroup[], config: ModelConfig): GroupBatch {
  const completions = groups.flatMap((group) => group.completions);
  const lengths = completions.map((ids) => ids.length);
  const maxTokens = Math.max(0, ...lengths);
  if (maxTokens === 0) throw new UserError({ message: 'the batch holds no completion token', field: 'completions' });
  for (const { promptIds, completions: own } of groups) {
    checkPrompt(promptIds, Math.max(0, ...own.map((ids) => ids.length)), config);
    for (const ids of own) checkIds(ids, config);
  }
  const prompts = packPrompts(groups.map((group) => group.promptIds));
  const slots = chooseSlots(
    groups.map((group) => group.completions.length),
    prompts.width,
  );

  const completionRows = new Int32Array(completions.length * maxTokens).fill(-1);
  const mask = new Float32Array(completions.length * maxTokens);
  const blockRows: number[] = [];
  const chunkPrompts: number[] = [];
  const ids: number[] = [];
  const positions: number[] = [];
  const targets: number[] = [];
  let n = 0;
  groups.forEach(({ promptIds, completions: own }, p) => {
    const chunks = Math.ceil(own.length / slots);
    for (let slot = 0; slot < chunks * slots; slot++) {
      if (slot % slots === 0) chunkPrompts.push(p);
      const completion = own[slot];
      for (let t = 0; t < maxTokens; t++) {
        const real = completion !== undefined && t < completion.length;
        blockRows.push(real ? ids.length : -1);
        if (!real) continue;
        completionRows[n * maxTokens + t] = ids.length;
        mask[n * maxTokens + t] = 1;
        ids.push((t === 0 ? promptIds.at(-1) : completion[t - 1]) as number);
        positions.push(promptIds.length - 1 + t);
        targets.push(completion[t] as number);
      }
      if (completion) n++;
    }
  });
  return {
    groupCount: groups.length,
    completionCount: completions.length,
    maxTokens,
    lengths,
    mask,
    prompts,
    rows: {
      ids: Int32Array.from(ids),
      positions: Int32Array.from(positions),
      targets: Int32Array.from(targets),
      blockRows: Int32Array.from(blockRows),
      completionRows,
      chunkPrompts: Int32Array.from(chunkPrompts),
      slots,
    },
  };
}
