/** Statistics for comparing policies: intervals, paired tests and summaries over seeds. */
export { keyedRandom } from './keyed-random.ts';
export { exactMcNemar } from './mcnemar.ts';
export { type PairedBootstrap, pairedBootstrap } from './paired-bootstrap.ts';
export { passAtK } from './pass-at-k.ts';
export { mean, standardError, tInterval } from './seeds.ts';
export { wilsonInterval } from './wilson.ts';
