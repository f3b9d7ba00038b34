/** All built-in reward functions by name: docs/rewards.md says what each gives. */
import { comparatorNames, type RewardFunctionName } from '@queryloop/contracts';
import { comparators } from '../comparison/comparators.ts';
import { arctic } from './arctic.ts';
import { each, type RewardFunction, ran, type StoredQuery } from './contract.ts';
import { format } from './format.ts';
import { outcomeReward } from './outcome.ts';
import { presetWeights } from './presets.ts';
import { qatch } from './qatch.ts';
import { skyrl } from './skyrl.ts';
import { sqlR1 } from './sql-r1.ts';

/** Those that need no more than what is stored of a query, so that stored runs can be rescored by them. */
export const storedRewards: Partial<Record<RewardFunctionName, (query: StoredQuery, rems: number) => number>> = {
  executes: (query) => Number(ran(query)),
  format,
  length: ({ tokens }) => tokens,
  exact: ({ verdict }) => Number(verdict === 'ok'),
  ems: (_, rems) => Number(rems === 1),
  rems: (_, rems) => rems,
  arctic,
  skyrl,
  sql_r1_format: sqlR1.format,
  sql_r1_execution: sqlR1.execution,
  sql_r1_result: sqlR1.result,
  sql_r1_length: sqlR1.length,
};

const byVerdict = (name: keyof typeof storedRewards): RewardFunction =>
  each((query) => storedRewards[name]?.(query, Number.NaN) ?? null);

const byComparison = Object.fromEntries(
  comparatorNames.map((name) => [name, each(({ outcome, gold }) => comparators[name](outcome, gold))]),
) as Record<(typeof comparatorNames)[number], RewardFunction>;

export const builtInRewards: Record<RewardFunctionName, RewardFunction> = {
  outcome: outcomeReward(presetWeights.default),
  executes: byVerdict('executes'),
  format: byVerdict('format'),
  length: byVerdict('length'),
  ...byComparison,
  cell_precision: each(qatch.cellPrecision),
  cell_recall: each(qatch.cellRecall),
  tuple_cardinality: each(qatch.tupleCardinality),
  arctic: byVerdict('arctic'),
  skyrl: byVerdict('skyrl'),
  sql_r1_format: byVerdict('sql_r1_format'),
  sql_r1_execution: byVerdict('sql_r1_execution'),
  sql_r1_result: byVerdict('sql_r1_result'),
  sql_r1_length: byVerdict('sql_r1_length'),
};
