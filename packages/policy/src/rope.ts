/**
 * Rotary frequencies (arXiv 2104.09864) and how they are scaled for contexts longer than the model was first trained on, as
 * modeling_rope_utils.py of transformers 5.23 computes them.
 */
import { type ConfigFields, type Json, record } from './config-fields.ts';

interface Scaled {
  theta: number;
  factor: number;
}

export type Rope =
  | { type: 'default'; theta: number }
  /** All positions divided by the factor (arXiv 2306.15595). */
  | ({ type: 'linear' } & Scaled)
  /** A base that grows with the sequence, once it is longer than `originalPositions` (NTK-aware). */
  | ({ type: 'dynamic'; originalPositions: number } & Scaled)
  /** Long wavelengths divided by the factor, short ones kept, those between interpolated (Llama 3.1). */
  | ({ type: 'llama3'; originalPositions: number; lowFactor: number; highFactor: number } & Scaled)
  /** The same by number of rotations, and queries and keys scaled by `attentionFactor` (arXiv 2309.00071). */
  | ({
      type: 'yarn';
      originalPositions: number;
      attentionFactor: number;
      betaFast: number;
      betaSlow: number;
      truncate: boolean;
    } & Scaled);

/** Reads `rope_parameters` (transformers 5) or `rope_scaling` and `rope_theta` (4). Throws UserError for other kinds. */
export function parseRope(fields: ConfigFields, maxPositions: number): Rope {
  const { json } = fields;
  const scaling = record(json.rope_scaling);
  const rope = Object.keys(scaling).length > 0 ? scaling : record(json.rope_parameters);
  const type = rope.rope_type ?? rope.type ?? 'default';
  const theta = fields.positive('rope_theta', fields.positive('rope_theta', 10_000), rope);
  const partial = rope.partial_rotary_factor ?? json.partial_rotary_factor ?? 1;
  if (partial !== 1) fields.refuse('partial_rotary_factor', partial, 'use a model whose heads are rotated whole');
  const originalPositions = () =>
    fields.size('original_max_position_embeddings', maxPositions, {
      ...rope,
      ...(json.original_max_position_embeddings == null
        ? {}
        : { original_max_position_embeddings: json.original_max_position_embeddings }),
    });
  switch (type) {
    case 'default':
      return { type: 'default', theta };
    case 'linear':
      return { type: 'linear', theta, factor: fields.positive('factor', undefined, rope) };
    case 'dynamic':
      return {
        type: 'dynamic',
        theta,
        factor: fields.positive('factor', undefined, rope),
        originalPositions: maxPositions,
      };
    case 'llama3':
      return {
        type: 'llama3',
        theta,
        factor: fields.positive('factor', undefined, rope),
        lowFactor: fields.positive('low_freq_factor', undefined, rope),
        highFactor: fields.positive('high_freq_factor', undefined, rope),
        originalPositions: originalPositions(),
      };
    case 'yarn':
      return parseYarn(fields, rope, theta, originalPositions(), maxPositions);
    default:
      return fields.refuse('rope_type', type, 'supported: default, linear, dynamic, llama3, yarn');
  }
}

function parseYarn(
  fields: ConfigFields,
  rope: Json,
  theta: number,
  originalPositions: number,
  maxPositions: number,
): Rope {
  const factor = fields.positive('factor', rope.factor === null ? maxPositions / originalPositions : undefined, rope);
  const scaleOf = (weight: number) => (factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1);
  const optional = (field: string) => (rope[field] ? fields.positive(field, undefined, rope) : undefined);
  const [mscale, mscaleAllDim] = [optional('mscale'), optional('mscale_all_dim')];
  const inferred = mscale && mscaleAllDim ? scaleOf(mscale) / scaleOf(mscaleAllDim) : scaleOf(1);
  return {
    type: 'yarn',
    theta,
    factor,
    originalPositions,
    attentionFactor: fields.positive('attention_factor', inferred, rope),
    betaFast: optional('beta_fast') ?? 32,
    betaSlow: optional('beta_slow') ?? 1,
    truncate: rope.truncate !== false,
  };
}

/**
 * Tokens a model may be given. Linear, dynamic and yarn configs often state the context before scaling, which the factor then
 * multiplies; llama3 configs state the one after it.
 */
export function contextLength(rope: Rope, maxPositions: number): number {
  switch (rope.type) {
    case 'linear':
    case 'dynamic':
      return Math.floor(maxPositions * Math.max(1, rope.factor));
    case 'yarn':
      return Math.max(maxPositions, Math.floor(rope.originalPositions * rope.factor));
    default:
      return maxPositions;
  }
}

/** What cosines and sines of queries and keys are both multiplied by. */
export function attentionFactor(rope: Rope): number {
  return rope.type === 'yarn' ? rope.attentionFactor : 1;
}

/** Whether a sequence of that many tokens changes the frequencies. */
export function dependsOnLength(rope: Rope, length: number): boolean {
  return rope.type === 'dynamic' && length > rope.originalPositions;
}

/** Radians a position for each pair of a head's entries [headSize / 2]; `length`, of the whole sequence, matters to dynamic only. */
export function frequencies(rope: Rope, headSize: number, length = 0): number[] {
  const plain = (theta: number) => Array.from({ length: headSize / 2 }, (_, pair) => theta ** ((-2 * pair) / headSize));
  switch (rope.type) {
    case 'default':
      return plain(rope.theta);
    case 'linear':
      return plain(rope.theta).map((frequency) => frequency / rope.factor);
    case 'dynamic': {
      const stretch = (rope.factor * Math.max(length, rope.originalPositions)) / rope.originalPositions;
      return plain(rope.theta * (stretch - (rope.factor - 1)) ** (headSize / (headSize - 2)));
    }
    case 'llama3':
      return plain(rope.theta).map((frequency) => {
        const rotations = (rope.originalPositions * frequency) / (2 * Math.PI);
        const kept = (rotations - rope.lowFactor) / (rope.highFactor - rope.lowFactor);
        return blend(frequency, rope.factor, Math.min(1, Math.max(0, kept)));
      });
    case 'yarn': {
      const [low, high] = yarnRange(rope, headSize);
      return plain(rope.theta).map((frequency, pair) =>
        blend(frequency, rope.factor, 1 - Math.min(1, Math.max(0, (pair - low) / (high - low)))),
      );
    }
  }
}

/** A frequency of which the share `kept` stays and the rest is divided by the factor. */
function blend(frequency: number, factor: number, kept: number): number {
  return frequency * kept + (frequency / factor) * (1 - kept);
}

/** Pairs between which yarn goes from keeping a frequency to dividing it. */
function yarnRange(rope: Rope & { type: 'yarn' }, headSize: number): [number, number] {
  const pairOf = (rotations: number) =>
    (headSize * Math.log(rope.originalPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(rope.theta));
  const [first, last] = [pairOf(rope.betaFast), pairOf(rope.betaSlow)];
  const low = Math.max(rope.truncate ? Math.floor(first) : first, 0);
  const high = Math.min(rope.truncate ? Math.ceil(last) : last, headSize - 1);
  return [low, low === high ? high + 0.001 : high];
}
