/** Whether a query that was right read its answer from the database: docs/analyses.md says what counts as that. */
import type { AuditReason } from '@queryloop/contracts';
import { type DatabaseSchema, holdsAnswer, readsTable } from '@queryloop/text-to-sql';
import type { PreparedQuestion } from '../dataset-artifact.ts';
import type { QueryOnCopies, RunOnCopies } from './run-on-copies.ts';

/** A query, values bound, and the train question that it was right about. */
export interface RightQuery extends QueryOnCopies {
  question: PreparedQuestion;
}

export interface Judgement {
  /** Null: undecided. */
  grounded: boolean | null;
  reasons: AuditReason[];
}

/** What shows without running anything. */
export function judgeText({ sql, question: { answer, bindings } }: RightQuery, schema: DatabaseSchema): AuditReason[] {
  const reasons: AuditReason[] = [];
  if (!readsTable(sql, schema)) reasons.push('no_table');
  if (holdsAnswer(sql, answer, Object.values(bindings))) reasons.push('answer_literal');
  return reasons;
}

export function judge(fromText: readonly AuditReason[], { changed }: Pick<RunOnCopies, 'changed'>): Judgement {
  const reasons: AuditReason[] = changed === false ? [...fromText, 'unchanged'] : [...fromText];
  if (reasons.length > 0) return { grounded: false, reasons };
  return { grounded: changed === null ? null : true, reasons };
}
