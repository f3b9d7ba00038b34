/** The relational schema as data: what the grammar, the linker and the database builders read. */

/** What a column holds; dates and times are text in ISO form: 2026-01-31, 23:59:59, 2026-01-31 23:59:59. */
export const columnTypes = ['integer', 'real', 'text', 'date', 'time', 'datetime'] as const;
export type ColumnType = (typeof columnTypes)[number];

export interface Column {
  name: string;
  type: ColumnType;
  /** The column of another table, or of this one, that it refers to; of several columns together: `foreignKeys`. */
  references?: { table: string; column: string };
  /** What it means, where the source of the database says so: for people, and for who writes a word list. */
  description?: string;
}

export interface ForeignKey {
  columns: string[];
  references: { table: string; columns: string[] };
}

export interface Table {
  name: string;
  columns: Column[];
  /** Columns of the primary key; the first column when left out, as in artifacts of the benchmark; empty where there is none. */
  primaryKey?: string[];
  /** References of several columns. */
  foreignKeys?: ForeignKey[];
}

export interface DatabaseSchema {
  tables: Table[];
}

export type Cell = string | number | null;

/** Rows of every table, each in the order of the schema's columns. */
export type TableRows = Record<string, Cell[][]>;

/** Names of the columns of the primary key; empty where there is none. */
export function primaryKeyOf({ columns, primaryKey }: Table): string[] {
  return primaryKey ?? columns.slice(0, 1).map(({ name }) => name);
}

/** References of a table, those of single columns among them. */
export function foreignKeysOf({ columns, foreignKeys = [] }: Table): ForeignKey[] {
  const single = columns.flatMap(({ name, references }) =>
    references ? [{ columns: [name], references: { table: references.table, columns: [references.column] } }] : [],
  );
  return [...single, ...foreignKeys];
}

const integer = (name: string): Column => ({ name, type: 'integer' });
const text = (name: string): Column => ({ name, type: 'text' });
const key = (name: string, table: string): Column => ({ name, type: 'integer', references: { table, column: name } });

/** Athletes and their medals, as TEMPTABQA-C's databases and the built-in world lay them out. */
export const athletesSchema: DatabaseSchema = {
  tables: [
    { name: 'Athlete', columns: [integer('athlete_id'), text('name')] },
    {
      name: 'PersonalInformation',
      columns: [
        integer('info_id'),
        key('athlete_id', 'Athlete'),
        integer('birth_year'),
        integer('birth_month'),
        integer('birth_day'),
      ],
    },
    { name: 'Tournament', columns: [integer('tournament_id'), key('athlete_id', 'Athlete'), text('name')] },
    { name: 'Format', columns: [integer('format_id'), key('tournament_id', 'Tournament'), text('name')] },
    {
      name: 'Medal',
      columns: [integer('medal_id'), key('format_id', 'Format'), text('type'), integer('year'), text('location')],
    },
  ],
};
