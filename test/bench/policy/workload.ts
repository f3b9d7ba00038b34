/** The work of the policy's bench: one GRPO step of a given shape, and how many floating-point operations it must do. */

/** Model shapes; `135m` is that of SmolLM2-135M. */
export const shapes = {
  tiny: { hidden: 128, layers: 3, heads: 4, keyValueHeads: 4, feedForward: 256, vocabulary: 512 },
  small: { hidden: 256, layers: 6, heads: 8, keyValueHeads: 4, feedForward: 704, vocabulary: 2048 },
  '135m': { hidden: 576, layers: 30, heads: 9, keyValueHeads: 3, feedForward: 1536, vocabulary: 49152 },
} as const;
export type ShapeName = keyof typeof shapes;
export type Shape = (typeof shapes)[ShapeName];
export const shapeNames = Object.keys(shapes) as ShapeName[];

/** A step's work: prompts, completions of each, tokens of every prompt and of every completion. */
export interface Workload {
  shape: ShapeName;
  prompts: number;
  group: number;
  promptTokens: number;
  completionTokens: number;
}

/** Measured steps after one to warm up. */
export const steps = 3;

/**
 * What is measured for prompts of that many tokens: 64 completions; a quarter of them with the 135m shape, half with long prompts. With both
 * an eighth: the peer takes more than 24 GB for twice as many.
 */
export function workloads(names: readonly ShapeName[], promptTokens: number): Workload[] {
  const prompts = (name: ShapeName) => (name === '135m' ? 2 : 8) / (promptTokens >= 512 ? 2 : 1);
  return names.map((shape) => ({ shape, prompts: prompts(shape), group: 8, promptTokens, completionTokens: 64 }));
}

/** A text of so many tokens, another for each key; never the first two tokens, which are special. */
export function textOf(length: number, key: number, shape: ShapeName): number[] {
  return Array.from({ length }, (_, i) => 2 + ((key * 31 + i * 7) % (shapes[shape].vocabulary - 2)));
}

export function tokenCount({ prompts, group, completionTokens }: Workload): number {
  return prompts * group * completionTokens;
}

/**
 * Floating-point operations a forward pass over a step's rollout cannot do without: every prompt once (its last token counts
 * with the completions), every completion token with the head. Two per multiply–add; matrix products only.
 */
export function forwardFlops(work: Workload): number {
  const { hidden, layers, heads, keyValueHeads, feedForward, vocabulary } = shapes[work.shape];
  const { prompts, promptTokens, completionTokens } = work;
  const projections = 2 * hidden * hidden + 2 * hidden * ((hidden / heads) * keyValueHeads);
  const dense = 2 * layers * (projections + 3 * hidden * feedForward);
  // scores and their product with the values
  const attention = (positions: number): number => 4 * layers * hidden * positions;
  const promptRows = prompts * (promptTokens - 1) * (dense + attention(promptTokens / 2));
  const head = 2 * hidden * vocabulary;
  return promptRows + tokenCount(work) * (dense + attention(promptTokens + completionTokens / 2) + head);
}

/** An update does the forward pass once and its gradient, which costs twice as much. */
export function updateFlops(work: Workload): number {
  return 3 * forwardFlops(work);
}
