/** The statement that makes a table on a MariaDB or MySQL server, wide enough for the rows it will hold. */
import { backticked } from './quote-name.ts';
import { type Cell, type Column, foreignKeysOf, primaryKeyOf, type Table } from './schema.ts';

/** A row takes 65,535 bytes at most, of which text of this length takes four each. */
const shortText = 512;
const mostShortTexts = 16;

/**
 * Statistics of every page, made once: those of a sample, made anew in the background, change plans, and with them which rows a
 * LIMIT keeps among equal ones.
 */
const fixedStatistics = 'STATS_PERSISTENT = 1 STATS_AUTO_RECALC = 0 STATS_SAMPLE_PAGES = 65535';

/** InnoDB makes 64 indexes a table at most. */
const mostIndexes = 60;

/**
 * Text and references are indexed. References are no constraints: the rows are as they are, and may break what they should keep.
 * @param rows tell how long texts and how large numbers get
 */
export function createTable(table: Table, rows: readonly Cell[][]): string {
  const texts = table.columns.filter(({ type }) => type === 'text').length;
  const types = table.columns.map((column, place) => typeOf(column, place, rows, texts));
  const columns = table.columns.map(({ name }, place) => `${backticked(name)} ${types[place]}`);
  const key = primaryKeyOf(table);
  const [first] = key;
  const integer = table.columns.find(({ name }) => name === first)?.type === 'integer';
  // Others may repeat themselves once upper and lower case are the same.
  const primary = key.length === 1 && integer ? [`PRIMARY KEY (${backticked(first as string)})`] : [];
  const indexes = indexesOf(table, primary.length > 0 ? first : undefined).map((name) => {
    const long = types[table.columns.findIndex((column) => column.name === name)] === 'LONGTEXT';
    return `KEY (${backticked(name)}${long ? '(191)' : ''})`;
  });
  const parts = [...columns, ...primary, ...indexes].join(', ');
  return `CREATE TABLE ${backticked(table.name)} (${parts}) ENGINE = InnoDB ${fixedStatistics}`;
}

function typeOf({ type }: Column, place: number, rows: readonly Cell[][], texts: number): string {
  if (type === 'real') return 'DOUBLE';
  if (type !== 'integer' && type !== 'text') return type.toUpperCase();
  let most = 0;
  for (const row of rows) {
    const cell = row[place];
    if (typeof cell === 'string') most = Math.max(most, cell.length);
    else if (typeof cell === 'number') most = Math.max(most, Math.abs(cell));
  }
  if (type === 'integer') return most < 2 ** 31 ? 'INT' : 'BIGINT';
  return most <= shortText && texts <= mostShortTexts ? `VARCHAR(${shortText})` : 'LONGTEXT';
}

/** Columns that are indexed. */
function indexesOf(table: Table, primary: string | undefined): string[] {
  const wanted = [
    ...foreignKeysOf(table).flatMap(({ columns }) => columns.slice(0, 1)),
    ...primaryKeyOf(table),
    ...table.columns.flatMap(({ name, type }) => (type === 'text' ? [name] : [])),
  ];
  return [...new Set(wanted)].filter((name) => name !== primary).slice(0, mostIndexes);
}
