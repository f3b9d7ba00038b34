/** Writes dataset.yaml as a person reads it: a line for each column. */
import { Document, isMap, isSeq, type Node, visit } from 'yaml';
import type { DatabaseSchema } from '../databases/schema.ts';
import type { DatasetFolder } from './dataset-folder.ts';

const heading = ` A database with questions, written by "queryloop init". docs/your-own-database.md says what everything means. Types, keys and
 references may be corrected here; what the tables are called in questions stands in the words file.`;

/** Reading the text gives the same again. */
export function datasetText({ schema, ...rest }: Omit<DatasetFolder, 'schema'> & { schema: DatabaseSchema }): string {
  const tables = schema.tables.map(({ name, primaryKey, columns, foreignKeys }) => ({
    ...{ name, primaryKey: primaryKey ?? [], columns },
    ...(foreignKeys && { foreignKeys }),
  }));
  const document = new Document({ ...rest, schema: { tables } });
  document.commentBefore = heading;
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = String(key);
      if (name === 'primaryKey' || name === 'splits') inOneLine(value as Node);
      if ((name === 'columns' || name === 'foreignKeys') && isSeq(value))
        for (const item of value.items) inOneLine(item as Node);
    },
  });
  return document.toString({ lineWidth: 0 });
}

function inOneLine(node: Node): void {
  if (isMap(node) || isSeq(node)) node.flow = true;
}
