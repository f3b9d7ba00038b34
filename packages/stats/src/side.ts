/** One side of a comparison: the runs of one experiment that differ in seed only, answering the same questions. */

export interface Side {
  /** Seed of each run, no two alike. */
  seeds: readonly number[];
  /** For each run, 1 where a question was answered right and 0 elsewhere; entry q is the same question in every run. */
  correct: readonly Uint8Array[];
}

/** The same side with its seeds in ascending order. Throws when it is not one. */
export function sortedSide({ seeds, correct }: Side): Side {
  if (seeds.length === 0 || correct.length !== seeds.length || new Set(seeds).size !== seeds.length)
    throw new RangeError(
      `${correct.length} runs of seeds ${seeds.join(', ')}; expected one run of each, at least one.`,
    );
  const questions = correct[0]?.length ?? 0;
  if (questions === 0 || correct.some(({ length }) => length !== questions))
    throw new RangeError(
      `Runs have ${correct.map(({ length }) => length).join(', ')} answers; expected the same questions, at least one.`,
    );
  const order = seeds.map((_, i) => i).sort((a, b) => (seeds[a] as number) - (seeds[b] as number));
  return { seeds: order.map((i) => seeds[i] as number), correct: order.map((i) => correct[i] as Uint8Array) };
}

/** Whether both sides have the same seeds: run by run they then share what a seed decides, such as the warm start. */
export function sameSeeds(base: Side, final: Side): boolean {
  return base.seeds.length === final.seeds.length && base.seeds.every((seed, i) => seed === final.seeds[i]);
}

/** Accuracy of each run in percent. */
export function accuracies({ correct }: Side): number[] {
  return correct.map((answers) => (100 * answers.reduce((sum, right) => sum + right, 0)) / answers.length);
}
