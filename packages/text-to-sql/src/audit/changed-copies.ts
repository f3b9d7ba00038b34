/** Copies of a database on which a query that reads its answer gives another one. */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import type { Bindings } from '../linking/bind-placeholders.ts';
import { enrichRows } from './enrich-rows.ts';
import { type NamedCell, namedCells, namedColumns } from './named-values.ts';
import { looseColumns, perturbColumns, perturbRows } from './perturb-rows.ts';
import { missingCombinations, steerRows } from './steer-rows.ts';

/** Changes when other copies are made of the same rows: copies that were kept are made anew. */
export const copiesVersion = 2;

/** Tell these draws from those of the perturbation. */
const ENRICH_STREAM = 102;
const STEER_STREAM = 101;

export interface AnsweredQuestion {
  /** Values that the question names. */
  bindings: Bindings;
  answer: string;
}

/** Answers that say that nothing was found. */
const nothing = /^(0|no|none|never|false)$/i;

/**
 * On every second copy (0, 2, …) all values have changed places. On the others, those that questions are about have (names of people, say,
 * so that each gets the whole life of another), and what makes the answer "nothing" untrue exists besides: those of whom it was
 * said have much tied to them, and values that a question names in vain stand together, where there is room; other ones on
 * each copy. The same seed always gives the same copies.
 */
export function changedCopies(
  rows: TableRows,
  schema: DatabaseSchema,
  questions: readonly AnsweredQuestion[],
  { copies, seed }: { copies: number; seed: number },
): TableRows[] {
  const columns = namedColumns(
    rows,
    schema,
    questions.map(({ bindings }) => bindings),
  );
  const named = questions.map(({ bindings }) => namedCells(bindings, columns));
  const missing = missingCombinations(rows, schema, named.flat());
  const subjects = named.map((combinations) => combinations.flatMap((cells) => subjectOf(cells, rows) ?? []));
  const asked = new Set(subjects.flat().map(({ table, column }) => `${table}.${column}`));
  const askedColumns = looseColumns(schema).filter(({ table, column }) => asked.has(`${table}.${column}`));
  const poor = new Map(
    subjects.flatMap((cells, q) =>
      nothing.test(questions[q]?.answer.trim() ?? '') ? cells.map((cell) => [JSON.stringify(cell), cell] as const) : [],
    ),
  );
  return Array.from({ length: copies }, (_, copy) => {
    if (copy % 2 === 0) return perturbRows(rows, schema, seed, copy);
    const renamed = perturbColumns(rows, schema, askedColumns, seed, copy);
    const enriched = enrichRows(renamed, schema, [...poor.values()], seed, copy, ENRICH_STREAM);
    return steerRows(enriched, schema, missing, seed, copy, STEER_STREAM).rows;
  });
}

/** Of the values that a question names the one of the smallest table: a person rather than one of many events. */
function subjectOf(cells: readonly NamedCell[], rows: TableRows): NamedCell | undefined {
  const size = ({ table }: NamedCell): number => rows[table]?.length ?? 0;
  return cells.toSorted((a, b) => size(a) - size(b))[0];
}
