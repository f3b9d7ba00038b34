/** Writes dataset.yaml as a person reads it: a line for each column, with the values that it holds most. */
import { Document, isMap, isScalar, isSeq, type Node, visit } from 'yaml';
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import type { DatasetFolder } from './dataset-folder.ts';

const heading = ` A database with questions, written by "queryloop init". docs/your-own-database.md says what everything means. Types, keys and
 references may be corrected here; what the tables are called in questions stands in the words file. Behind each column: what it holds most.`;

const mostSamples = 3;
const longestSample = 30;

/** Reading the text gives the same again. */
export function datasetText(
  { schema, ...rest }: Omit<DatasetFolder, 'schema'> & { schema: DatabaseSchema },
  rows: TableRows,
): string {
  const tables = schema.tables.map(({ name, primaryKey, columns, foreignKeys }) => ({
    ...{ name, primaryKey: primaryKey ?? [], columns },
    ...(foreignKeys && { foreignKeys }),
  }));
  const document = new Document({ ...rest, schema: { tables } });
  document.commentBefore = heading;
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? key.value : key;
      if (name === 'primaryKey' || name === 'splits') inOneLine(value as Node);
      if ((name === 'columns' || name === 'foreignKeys') && isSeq(value))
        for (const item of value.items) inOneLine(item as Node);
    },
  });
  schema.tables.forEach((table, t) => {
    table.columns.forEach((_, c) => {
      const column = document.getIn(['schema', 'tables', t, 'columns', c]) as Node;
      const samples = samplesOf((rows[table.name] ?? []).map((row) => row[c] ?? null));
      if (samples !== '') column.comment = ` ${samples}`;
    });
  });
  return document.toString({ lineWidth: 0 });
}

function inOneLine(node: Node): void {
  if (isMap(node) || isSeq(node)) node.flow = true;
}

/** The most frequent values, of equally frequent ones those that come first. */
function samplesOf(cells: readonly Cell[]): string {
  const counts = new Map<Cell, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostSamples)
    .map(([cell]) => shortened(String(cell)))
    .filter((text) => text !== '')
    .join(' · ');
}

/** On one line, without what no text file should hold. */
function shortened(text: string): string {
  const plain = text.replace(/[\p{C}\s]+/gu, ' ').trim();
  return plain.length <= longestSample ? plain : `${[...plain].slice(0, longestSample).join('')}…`;
}
