/** The decoder's pass over prompts and completions, layer by layer: prompts become keys and values, completions attend to them and to themselves. */
import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { type AttentionPlan, planAttention } from './attention-plan.ts';
import { attendInTiles, isTiled } from './causal-attention.ts';
import { embedIds, finishLayer, type Model, projectAttention } from './decoder.ts';
import { type Placement, placement, spreadRows } from './decoder-ops.ts';
import { attend, type KeyValues } from './group-attention.ts';
import type { CompletionRows, PromptPart, PromptRows } from './group-batch.ts';
import type { RotaryPair } from './rotary-tables.ts';
import { tensorflow, tidy } from './tensorflow.ts';

/** Index tables, masks and rotary tables, made once for all layers. */
interface Planned {
  plan: AttentionPlan;
  rotary: RotaryPair;
}

interface PlannedPart extends Planned {
  width: number;
  places: Placement;
}

export interface PlannedPrompts {
  /** What all prompts begin with, then what each goes on with; what has no tokens is left out. */
  parts: PlannedPart[];
  /** Copies of the common beginning that completions attend to; 0 where there is none. */
  copies: number;
}

export interface PlannedPass {
  prompts: PlannedPrompts;
  completions: Planned;
}

export function planPass(model: Model, prompts: PromptRows, completions: CompletionRows): PlannedPass {
  const { ids, positions, spans, blocks } = completions;
  return {
    prompts: planPrompts(model, prompts),
    completions: {
      plan: planAttention(model.config, blocks, ids.length, prompts.lengths),
      rotary: model.rotary.at(positions, spans),
    },
  };
}

function planPrompts(model: Model, prompts: PromptRows): PlannedPrompts {
  const { common, own } = prompts;
  const lengthsBefore = common === null ? [] : [common.block.width];
  const planned = ({ ids, positions, spans, block }: PromptPart, before: readonly number[]): PlannedPart => ({
    width: block.width,
    plan: planAttention(model.config, [block], ids.length, before),
    places: placement(block.blockRows, ids.length),
    rotary: model.rotary.at(positions, spans),
  });
  return {
    parts: promptParts(prompts).map((part) => planned(part, part === own ? lengthsBefore : [])),
    copies: common === null ? 0 : own.block.slots,
  };
}

function promptParts({ common, own, width }: PromptRows): PromptPart[] {
  if (width === 0) return [];
  return [...(common ? [common] : []), ...(common && own.ids.length === 0 ? [] : [own])];
}

/** Rows [R, hidden] before the first layer: of each part of the prompts, then of completions. */
export function embedPass(model: Model, prompts: PromptRows, completions: CompletionRows): Tensor2D[] {
  return [...promptParts(prompts), completions].map(({ ids }) => embedIds(model, ids));
}

/** Keys and values of every layer for prompts without their last token; empty when no prompt is longer than one token. */
export function promptKeyValues(model: Model, prompts: PromptRows): KeyValues[] {
  const planned = planPrompts(model, prompts);
  const result: KeyValues[] = [];
  let rows = promptParts(prompts).map(({ ids }) => embedIds(model, ids));
  for (let layer = 0; layer < model.config.layers; layer++) {
    // What a layer needs on the way goes with it, and so do its rows: prompts are many, and no gradient passes here.
    const { keyValues, after } = tidy(() => promptLayer(model, layer, planned, rows));
    tensorflow().dispose(rows);
    if (keyValues) result.push(keyValues);
    rows = after;
  }
  return result;
}

/** Hidden rows [R, hidden] of completions after the last layer, before the final norm. */
export function completionHidden(model: Model, prompts: PromptRows, completions: CompletionRows): Tensor2D {
  const pass = planPass(model, prompts, completions);
  let rows = embedPass(model, prompts, completions);
  for (let layer = 0; layer < model.config.layers; layer++) rows = passLayer(model, layer, pass, rows);
  return rows[0] as Tensor2D;
}

/** One layer over the rows of all parts, as `embedPass` orders them; after the last layer only those of completions are left. */
export function passLayer(
  model: Model,
  layer: number,
  { prompts, completions: { plan, rotary } }: PlannedPass,
  rows: readonly Tensor2D[],
): Tensor2D[] {
  const { keyValues, after } = promptLayer(model, layer, prompts, rows.slice(0, -1));
  const x = rows.at(-1) as Tensor2D;
  const { queries, keys, values } = projectAttention(model, layer, x, rotary.queryRotary, rotary.keyRotary);
  return [...after, finishLayer(model, layer, x, attend(plan, layer, queries, keys, values, keyValues))];
}

/**
 * Keys and values of the prompts in one layer [P, K, Tp, headSize], null where they have no tokens, and their rows after it. The last
 * layer's rows feed nothing but its keys and values: none come after it.
 */
function promptLayer(
  model: Model,
  layer: number,
  { parts, copies }: PlannedPrompts,
  rows: readonly Tensor2D[],
): { keyValues: KeyValues | null; after: Tensor2D[] } {
  const tf = tensorflow();
  const found: KeyValues[] = [];
  const after: Tensor2D[] = [];
  parts.forEach((part, i) => {
    const { keyValues, x } = partLayer(model, layer, part, rows[i] as Tensor2D, found[0] ?? null);
    found.push(keyValues);
    if (x) after.push(x);
  });
  const [first, second] = found;
  if (!first || copies === 0) return { keyValues: first ?? null, after };
  const ofEach = (t: Tensor) => tf.tile(t as Tensor4D, [copies, 1, 1, 1]);
  const joined = (common: Tensor, own?: Tensor) => (own ? tf.concat([ofEach(common), own], 2) : ofEach(common));
  return {
    keyValues: { keys: joined(first.keys, second?.keys), values: joined(first.values, second?.values) },
    after,
  };
}

/** Keys and values [sequences, K, W, headSize] of a part behind the part before it, and its rows after the layer unless it is the last. */
function partLayer(
  model: Model,
  layer: number,
  { plan, rotary, places, width }: PlannedPart,
  x: Tensor2D,
  before: KeyValues | null,
): { keyValues: KeyValues; x: Tensor2D | null } {
  const tf = tensorflow();
  const { layers, keyValueHeads, headSize, windows } = model.config;
  const last = layer === layers - 1;
  const { queries, keys, values } = projectAttention(
    model,
    layer,
    x,
    last ? null : rotary.queryRotary,
    rotary.keyRotary,
  );
  const byHead = (t: Tensor2D) =>
    tf.transpose(tf.reshape(spreadRows(t, places), [-1, width, keyValueHeads, headSize]), [0, 2, 1, 3]);
  const keyValues = { keys: byHead(keys), values: byHead(values) };
  if (last) return { keyValues, x: null };
  const attended =
    before === null && isTiled(plan, windows[layer])
      ? attendInTiles(plan, queries, keys, values)
      : attend(plan, layer, queries, keys, values, before);
  return { keyValues, x: finishLayer(model, layer, x, attended) };
}
