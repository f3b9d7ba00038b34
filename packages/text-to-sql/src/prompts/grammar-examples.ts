/** Examples for prompts from the grammar: queries that differ in what they are made of, always the same ones. */
import type { LiteralSampler } from '../grammar/literal-pairs.ts';
import { queryShape } from '../query-shape.ts';
import type { ExamplePair } from './prompt-plan.ts';

/** The same for every run, so that their results compare. */
const SEED = 0;
/** Pairs looked at for one example. */
const TRIES = 50;

/** Up to `count` pairs whose queries are made of different things, by the order of the draws; equals where there are no others. */
export function grammarExamples(sample: LiteralSampler, count: number): ExamplePair[] {
  const shapes = new Set<string>();
  const examples: ExamplePair[] = [];
  for (let index = 0; examples.length < count; index++) {
    const pair = sample(SEED, index);
    const shape = JSON.stringify(queryShape(pair.sql));
    if (shapes.has(shape) && index < count * TRIES) continue;
    shapes.add(shape);
    examples.push(pair);
  }
  return examples;
}
