/** Runs generated queries for the questions of a split and judges what they return. */
import { join } from 'node:path';
import type { StepContext } from '@queryloop/contracts';
import {
  bindPlaceholders,
  type ExecutorTarget,
  type Judged,
  judgeOutcome,
  type Outcome,
  openExecutor,
  type SqlExecutor,
} from '@queryloop/text-to-sql';
import type { PreparedDataset, PreparedQuestion, PreparedSplit, SplitRole } from './dataset-artifact.ts';

/** A query as the policy writes it, with placeholders where its prompts have them, written for the question at an index of the split. */
export interface Attempt {
  question: number;
  sql: string;
}

export interface ScoredAttempt extends Judged {
  /** The query as it ran, values bound. */
  sql: string;
  outcome: Outcome;
  /** Right, but not grounded: it counts as wrong, whatever `outcome` shows. */
  withheld?: boolean;
}

export interface QueryScorer {
  /** Runs and judges attempts, in their order. */
  score(attempts: readonly Attempt[], onProgress?: (done: number) => void): Promise<ScoredAttempt[]>;
  /** Ends the executor's children or connections, when the split is not needed again soon. */
  close(): Promise<void>;
}

/** Statements sent to the executor at a time, between two looks at the signal. */
const CHUNK = 1024;

const executors = new Map<string, Promise<SqlExecutor>>();

/** Opens the scorer of a split; its executor stays open for the steps to come. */
export async function openScorer(
  dataset: PreparedDataset,
  role: SplitRole,
  database: string,
  { artifacts, signal }: StepContext,
): Promise<QueryScorer> {
  const split = dataset.splits[role];
  const target = targetOf(split, database, await artifacts.path(split.database));
  const key = JSON.stringify(target);
  const executor = await executorOf(target, key);
  return {
    async score(attempts, onProgress) {
      const queries = attempts.map(({ question, sql }) => boundSql(dataset, sql, split.questions[question]));
      const results: ScoredAttempt[] = [];
      for (let start = 0; start < queries.length; start += CHUNK) {
        signal.throwIfAborted();
        // Slow statements add up to more than a silence that is taken for a hang, so each is a sign of life.
        let done = start;
        const outcomes = await executor.executeAll(queries.slice(start, start + CHUNK), () => onProgress?.(++done));
        outcomes.forEach((outcome, i) => {
          const gold = split.questions[attempts[start + i]?.question ?? -1] ?? { answer: '' };
          results.push({ ...judgeOutcome(outcome, gold), sql: queries[start + i] ?? '', outcome });
        });
        onProgress?.(results.length);
      }
      return results;
    },
    async close() {
      executors.delete(key);
      await executor.close();
    },
  };
}

/** A query of the policy with its values: bound, or as it is where prompts have no placeholders. */
export function boundSql(
  { prompts }: Pick<PreparedDataset, 'prompts'>,
  sql: string,
  question: Pick<PreparedQuestion, 'bindings'> | undefined,
): string {
  return prompts === undefined ? bindPlaceholders(sql, question?.bindings ?? {}) : sql;
}

function targetOf({ serverDatabase }: PreparedSplit, database: string, folder: string): ExecutorTarget {
  return serverDatabase === null
    ? { database: 'sqlite', path: join(folder, 'data.sqlite') }
    : { database, schema: serverDatabase };
}

function executorOf(target: ExecutorTarget, key: string): Promise<SqlExecutor> {
  let executor = executors.get(key);
  if (!executor) {
    executor = openExecutor(target);
    executor.catch(() => executors.delete(key));
    executors.set(key, executor);
  }
  return executor;
}
