/** Statistics for comparing policies: intervals, paired tests and summaries over seeds. */
export { type AccuracyInterval, accuracyInterval } from './accuracy-interval.ts';
export { bootstrapSeeds } from './bootstrap-seeds.ts';
export { compareSides, type JudgedComparison, judge, type SideComparison, type Verdict } from './compare-sides.ts';
export { downsampleMinMax } from './downsample.ts';
export { holm } from './holm.ts';
export { type Importance, type ParameterImportance, parameterImportance, type ScoredTrial } from './importance.ts';
export { keyedUniform } from './keyed-random.ts';
export { exactMcNemar } from './mcnemar.ts';
export { type MeanPoint, meanBand, type Point } from './mean-band.ts';
export { type PairedBootstrap, pairedBootstrap } from './paired-bootstrap.ts';
export { passAtK } from './pass-at-k.ts';
export { seedsToDecide } from './power.ts';
export { mean, standardError, tInterval } from './seeds.ts';
export type { Side } from './side.ts';
export { wilsonInterval } from './wilson.ts';
