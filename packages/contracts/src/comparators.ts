/**
 * Ways to compare what a query returned with what is right, all computed in every evaluation: `exact` is the accuracy that Queryloop
 * reports and rewards; the others are those of benchmarks. Parts of stored scores, so never renamed.
 */
export const comparatorNames = ['exact', 'ems', 'rems', 'bird_ex', 'test_suite', 'spider2', 'soft_f1'] as const;
export type ComparatorName = (typeof comparatorNames)[number];
