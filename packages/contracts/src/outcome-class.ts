/**
 * What can come of a query: right, ran but wrong, ran without a value (`empty`), cut at a cap (`truncated`), or the
 * executor's code of an error. Part of metric names (`outcomes/<class>`), so never renamed.
 */
export const outcomeClasses = [
  'ok',
  'wrong',
  'empty',
  'truncated',
  'syntax',
  'unknown_name',
  'not_select',
  'timeout',
  'out_of_memory',
  'other',
] as const;
export type OutcomeClass = (typeof outcomeClasses)[number];

/** Those of queries that did not run: the executors' codes of errors. */
export const failureClasses = ['syntax', 'unknown_name', 'not_select', 'timeout', 'out_of_memory', 'other'] as const;
export type FailureClass = (typeof failureClasses)[number];
