/** Accuracy by what a question is about or a query is made of. */
import type { Prediction } from '@queryloop/contracts';
import type { Store, StoredRun } from '@queryloop/store';
import { queryShape } from '@queryloop/text-to-sql';
import { finalEvaluation } from './final-evaluation.ts';
import { findSides } from './read-sides.ts';
import type { CoverageAnswer, CoverageKind } from './schemas.ts';

interface Cell {
  n: number;
  correct: number;
}

/** What a prediction counts towards. Tables and constructs are those of the query that the policy wrote: there is no other. */
const keysOf: Record<CoverageKind, (prediction: Prediction) => string[]> = {
  type: ({ type }) => [type],
  table: ({ sql }) => orNone(queryShape(sql).tables, 'no table'),
  construct: ({ sql }) => orNone(queryShape(sql).constructs, 'none of these'),
};

/** A run counts with its last evaluation of the split: of a finished one the policy chosen in the end. */
export async function readCoverage(
  store: Store,
  { ids, split, by }: { ids: string[]; split: 'test' | 'dev'; by: CoverageKind },
): Promise<CoverageAnswer> {
  const { sides } = await findSides(store, ids);
  const cells: Map<string, Cell>[] = [];
  for (const { runs } of sides) cells.push(await cellsOf(store, runs, split, keysOf[by]));
  const keys = [...new Set(cells.flatMap((side) => [...side.keys()]))];
  const rows = keys.map((key) => ({ key, cells: cells.map((side) => side.get(key) ?? { n: 0, correct: 0 }) }));
  rows.sort((a, b) => total(b.cells) - total(a.cells) || (a.key < b.key ? -1 : 1));
  return { by, sides: sides.map(({ label }) => label), rows };
}

async function cellsOf(
  store: Store,
  runs: readonly StoredRun[],
  split: 'test' | 'dev',
  keys: (prediction: Prediction) => string[],
): Promise<Map<string, Cell>> {
  const cells = new Map<string, Cell>();
  for (const run of runs) {
    const evaluation = await finalEvaluation(store, run, split);
    if (evaluation === undefined) continue;
    for (const prediction of await store.evaluations.predictions(evaluation.id)) {
      for (const key of keys(prediction)) {
        const cell = cells.get(key) ?? { n: 0, correct: 0 };
        cells.set(key, { n: cell.n + 1, correct: cell.correct + Number(prediction.correct) });
      }
    }
  }
  return cells;
}

function orNone(keys: readonly string[], none: string): string[] {
  return keys.length > 0 ? [...keys] : [none];
}

function total(cells: readonly Cell[]): number {
  return cells.reduce((sum, { n }) => sum + n, 0);
}
