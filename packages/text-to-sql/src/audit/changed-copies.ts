/** Copies of a database on which a query that reads its answer gives another one. */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import type { Bindings } from '../linking/bind-placeholders.ts';
import { namedCells, namedColumns } from './named-values.ts';
import { perturbRows } from './perturb-rows.ts';
import { missingCombinations, steerRows } from './steer-rows.ts';

/** Changes when other copies are made of the same rows: copies that were kept are made anew. */
export const copiesVersion = 1;

/** Tells the steering's draws from those of the perturbation. */
const STEER_STREAM = 101;

/**
 * On every copy values have changed places; on every second one (1, 3, …) those that a question names in vain have besides been
 * brought together where there was room, other ones on each. The same seed always gives the same copies.
 * @param questions values that each question names
 */
export function changedCopies(
  rows: TableRows,
  schema: DatabaseSchema,
  questions: readonly Bindings[],
  { copies, seed }: { copies: number; seed: number },
): TableRows[] {
  const columns = namedColumns(rows, schema, questions);
  const combinations = questions.flatMap((bindings) => namedCells(bindings, columns));
  const missing = missingCombinations(rows, schema, combinations);
  return Array.from({ length: copies }, (_, copy) => {
    const perturbed = perturbRows(rows, schema, seed, copy);
    return copy % 2 === 0 ? perturbed : steerRows(perturbed, schema, missing, seed, copy, STEER_STREAM).rows;
  });
}
