/** Writes a schema as a language model reads it: CREATE TABLE statements with keys, references, meanings and sample values. */
import {
  type Cell,
  type Column,
  type DatabaseSchema,
  foreignKeysOf,
  primaryKeyOf,
  type Table,
} from '../databases/schema.ts';
import { quoteName } from '../grammar/quote-name.ts';
import { sqlLiteral } from '../linking/bind-placeholders.ts';

/** Values of columns, by table and column. */
export type SampleValues = Readonly<Record<string, Readonly<Record<string, readonly Cell[]>>>>;

const types: Record<Column['type'], string> = {
  integer: 'INTEGER',
  real: 'DOUBLE',
  text: 'TEXT',
  date: 'DATE',
  time: 'TIME',
  datetime: 'DATETIME',
};

/** @param most sample values shown of each column */
export function schemaText({ tables }: DatabaseSchema, values: SampleValues, most: number): string {
  return tables.map((table) => tableText(table, values[table.name] ?? {}, most)).join('\n\n');
}

function tableText(table: Table, values: SampleValues[string], most: number): string {
  const key = primaryKeyOf(table);
  const lines = table.columns.map(({ name, type, description }) => ({
    code: `${quoteName(name)} ${types[type]}${key.length === 1 && key[0] === name ? ' PRIMARY KEY' : ''}`,
    comment: [description && oneLine(description), samples((values[name] ?? []).slice(0, most))]
      .filter((part) => part !== undefined && part !== '')
      .join('; '),
  }));
  if (key.length > 1) lines.push({ code: `PRIMARY KEY (${listed(key)})`, comment: '' });
  for (const { columns, references } of foreignKeysOf(table))
    lines.push({
      code: `FOREIGN KEY (${listed(columns)}) REFERENCES ${quoteName(references.table)} (${listed(references.columns)})`,
      comment: '',
    });
  const body = lines.map(({ code, comment }, i) => {
    const comma = i < lines.length - 1 ? ',' : '';
    return `  ${code}${comma}${comment === '' ? '' : ` -- ${comment}`}`;
  });
  return `CREATE TABLE ${quoteName(table.name)} (\n${body.join('\n')}\n);`;
}

const listed = (names: readonly string[]): string => names.map(quoteName).join(', ');

const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

function samples(cells: readonly Cell[]): string {
  if (cells.length === 0) return '';
  return `e.g. ${cells.map((cell) => (cell === null ? 'NULL' : sqlLiteral(cell))).join(', ')}`;
}
