/** The relational schema as data: what the grammar, the linker and the database builders read. */

export interface Column {
  name: string;
  type: 'integer' | 'text';
  references?: { table: string; column: string };
}

export interface Table {
  name: string;
  /** The first column is the primary key. */
  columns: Column[];
}

export interface DatabaseSchema {
  tables: Table[];
}

export type Cell = string | number | null;

/** Rows of every table, each in the order of the schema's columns. */
export type TableRows = Record<string, Cell[][]>;

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
