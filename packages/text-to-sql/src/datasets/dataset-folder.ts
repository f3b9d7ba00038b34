/** The format of a folder with a database and questions of one's own: dataset.yaml, checked (docs/your-own-database.md). */
import { z } from 'zod';
import { columnTypes } from '../databases/schema.ts';

/** What stands in every dataset folder under this name. */
export const datasetFile = 'dataset.yaml';

const name = () =>
  z
    .string()
    .min(1)
    .max(64)
    .refine((text) => !text.includes('\0'), 'holds a NUL');
const fileName = (ending: string) =>
  z
    .string()
    .min(1)
    .refine((path) => path.endsWith(ending), `expected a file that ends in ${ending}`)
    .refine(
      (path) => !/^([/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes('..'),
      'expected a path within the folder',
    );

const ColumnSchema = z.strictObject({
  name: name(),
  type: z.enum(columnTypes),
  references: z.strictObject({ table: name(), column: name() }).optional(),
  description: z.string().optional(),
});

const TableSchema = z.strictObject({
  name: name(),
  columns: z.array(ColumnSchema).min(1),
  primaryKey: z.array(name()).default([]),
  foreignKeys: z
    .array(
      z.strictObject({
        columns: z.array(name()).min(2),
        references: z.strictObject({ table: name(), columns: z.array(name()).min(2) }),
      }),
    )
    .optional(),
});

/** In which dialect the `sql` of questions is written; the policy always writes MySQL's. */
export const sqlDialects = ['mysql', 'sqlite'] as const;
export type SqlDialect = (typeof sqlDialects)[number];

export const DatasetFolder = z
  .strictObject({
    /** Shown as the label of results. */
    name: z.string().trim().min(1).max(100),
    /** SQLite file with the rows: a snapshot that every database of a run is built from. */
    database: fileName('.sqlite').default('data.sqlite'),
    /** What people call the tables and columns (docs/word-lists.md). */
    words: fileName('.yaml').default('words.yaml'),
    sqlDialect: z.enum(sqlDialects).default('mysql'),
    /** Name of each split, e.g. train, dev, test, with its questions: a line each. */
    splits: z
      .record(z.string().regex(/^[\w-]+$/, 'expected letters, digits, _ and -'), fileName('.jsonl'))
      .refine((splits) => Object.keys(splits).length > 0, 'names no split'),
    schema: z.strictObject({ tables: z.array(TableSchema).min(1) }),
  })
  .superRefine(({ schema: { tables } }, context) => {
    for (const violation of schemaViolations(tables)) context.addIssue({ code: 'custom', ...violation });
  });
export type DatasetFolder = z.infer<typeof DatasetFolder>;

/** Names that stand twice (databases do not tell upper from lower case) and names of what is not there. */
function schemaViolations(
  tables: readonly z.infer<typeof TableSchema>[],
): { path: (string | number)[]; message: string }[] {
  const violations: { path: (string | number)[]; message: string }[] = [];
  const report = (message: string, ...path: (string | number)[]): void => {
    violations.push({ path: ['schema', 'tables', ...path], message });
  };
  const columnsOf = new Map(tables.map((table) => [table.name, new Set(table.columns.map((column) => column.name))]));
  const known = (table: string, column: string): boolean => columnsOf.get(table)?.has(column) === true;
  for (const i of repeated(tables)) report(`"${tables[i]?.name}" stands twice`, i, 'name');
  tables.forEach((table, i) => {
    for (const c of repeated(table.columns))
      report(`"${table.columns[c]?.name}" stands twice`, i, 'columns', c, 'name');
    table.columns.forEach(({ references }, c) => {
      if (references && !known(references.table, references.column))
        report(`there is no ${references.table}.${references.column}`, i, 'columns', c, 'references');
    });
    for (const column of table.primaryKey)
      if (!known(table.name, column)) report(`there is no ${table.name}.${column}`, i, 'primaryKey');
    table.foreignKeys?.forEach(({ columns, references }, f) => {
      const lost = [
        ...columns.filter((column) => !known(table.name, column)).map((column) => `${table.name}.${column}`),
        ...references.columns
          .filter((column) => !known(references.table, column))
          .map((column) => `${references.table}.${column}`),
      ];
      if (lost.length > 0) report(`there is no ${lost[0]}`, i, 'foreignKeys', f);
      if (columns.length !== references.columns.length)
        report(`${columns.length} columns refer to ${references.columns.length}`, i, 'foreignKeys', f);
    });
  });
  return violations;
}

/** Places of names that an earlier one has too. */
function repeated(named: readonly { name: string }[]): number[] {
  const seen = new Set<string>();
  return named.flatMap((item, place) => {
    const key = item.name.toLowerCase();
    if (seen.has(key)) return [place];
    seen.add(key);
    return [];
  });
}
