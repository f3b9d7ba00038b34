/** Reads the snapshot of a dataset folder, and checks that it holds what dataset.yaml says. */
import { UserError } from '@queryloop/contracts';
import { readSqlite } from '../databases/read-sqlite.ts';
import { type Cell, type Column, primaryKeyOf, type TableRows } from '../databases/schema.ts';
import { isKey, placeOf } from '../databases/settle-table.ts';
import type { OpenedDataset } from './open-dataset-folder.ts';

/** @throws UserError naming table, column and row of the first cell that is not of its column's type */
export function readOwnRows({ database, schema }: Pick<OpenedDataset, 'database' | 'schema'>): TableRows {
  const wrong = (problem: string): UserError =>
    new UserError({
      message: `${database}: ${problem}`,
      field: 'dataset.folder',
      hint: 'Correct dataset.yaml, or write the folder again with "queryloop init".',
    });
  let rows: TableRows;
  try {
    rows = readSqlite(database, schema);
  } catch (error) {
    throw wrong((error as Error).message);
  }
  for (const table of schema.tables) {
    const content = rows[table.name] ?? [];
    content.forEach((row, number) => {
      const place = row.findIndex((cell, i) => !fits(cell, table.columns[i]?.type));
      if (place < 0) return;
      const { name, type } = table.columns[place] as Column;
      throw wrong(`${table.name}.${name}, row ${number + 1}: ${shown(row[place] ?? null)} is no ${type}`);
    });
    const [key, ...more] = primaryKeyOf(table);
    if (key !== undefined && more.length === 0 && !isKey([placeOf(table.columns, key)], content))
      throw wrong(`${table.name}.${key} is no primary key: it has gaps or repeats itself`);
  }
  return rows;
}

function fits(cell: Cell, type: Column['type'] | undefined): boolean {
  if (cell === null) return true;
  if (type === 'integer') return Number.isSafeInteger(cell);
  return type === 'real' ? Number.isFinite(cell) : typeof cell === 'string';
}

const shown = (cell: unknown): string =>
  Buffer.isBuffer(cell) ? 'binary data' : (JSON.stringify(cell) ?? String(cell)).slice(0, 60);
