/** Whether a run passes a filter. */
import { hidePassword } from '@queryloop/contracts';
import { type Column, columnOf } from './columns.ts';
import { type FilterNode, filterMistake, type Operator } from './filter-parse.ts';

export type Cell = string | number | boolean | null;

/** A run as a filter sees it. */
export interface Filterable {
  /** What words are looked for in. */
  words: readonly string[];
  /** The values under a column: several for tags, none when there is none. */
  cells(column: Column): readonly Cell[];
}

type Test = (run: Filterable) => boolean;

/** Makes the test of a filter; `columns` are all that it reads. Throws UserError, naming the place. */
export function compileFilter(node: FilterNode): { test: Test; columns: Column[] } {
  const columns: Column[] = [];
  return { test: compile(node, columns), columns };
}

function compile(node: FilterNode, columns: Column[]): Test {
  if (node.kind === 'not') {
    const test = compile(node.part, columns);
    return (run) => !test(run);
  }
  if (node.kind === 'words') {
    const words = node.words.toLowerCase();
    return (run) => run.words.some((text) => text.toLowerCase().includes(words));
  }
  if (node.kind === 'compare') return comparison(node, columns);
  const tests = node.parts.map((part) => compile(part, columns));
  return node.kind === 'and' ? (run) => tests.every((test) => test(run)) : (run) => tests.some((test) => test(run));
}

function comparison({ field, operator, value, at }: Extract<FilterNode, { kind: 'compare' }>, columns: Column[]): Test {
  const column = columnOf(field);
  columns.push(column);
  const passes = passing(column, operator, value, at);
  // A run without the value passes no comparison; with != it does.
  return (run) => {
    const cells = run.cells(column).filter((cell) => cell !== null);
    return operator === '!=' ? cells.every(passes) : cells.some(passes);
  };
}

function passing(column: Column, operator: Operator, value: string, at: number): (cell: Cell) => boolean {
  const numeric = column.kind === 'series' || (column.kind === 'field' && column.field in units);
  const wanted = numberOf(column, value);
  if (wanted === null && (numeric || '<>'.includes(operator[0] as string))) {
    const what = column.kind === 'field' && units[column.field] === 'time' ? 'a day such as 2026-01-31' : 'a number';
    throw filterMistake(`${column.id}${operator} needs ${what}, not "${value}",`, at);
  }
  const text = hidePassword(value).toLowerCase();
  const equal = (cell: Cell): boolean =>
    typeof cell === 'number' && wanted !== null ? cell === wanted : String(cell).toLowerCase() === text;
  switch (operator) {
    case '!=':
      return (cell) => !equal(cell);
    case '=':
      return equal;
    case ':':
      return typed(column)
        ? equal
        : (cell) => equal(cell) || (typeof cell === 'string' && cell.toLowerCase().includes(text));
    case '<':
      return (cell) => typeof cell === 'number' && cell < (wanted as number);
    case '<=':
      return (cell) => typeof cell === 'number' && cell <= (wanted as number);
    case '>':
      return (cell) => typeof cell === 'number' && cell > (wanted as number);
    case '>=':
      return (cell) => typeof cell === 'number' && cell >= (wanted as number);
  }
}

/** Fields whose ":" means the same as "=", as part of a word is not meant. */
function typed(column: Column): boolean {
  return column.kind === 'field' && (column.field === 'status' || column.field === 'tag');
}

/** Fields with numbers, and what they count. */
const units: Record<string, 'number' | 'seconds' | 'time'> = {
  seed: 'number',
  updates: 'number',
  planned: 'number',
  duration: 'seconds',
  created: 'time',
  finished: 'time',
  active: 'time',
};

const secondsOf: Record<string, number> = { s: 1, min: 60, h: 3600, d: 86_400 };

/** `1e-3`; `90min` of a duration; a day or moment of a time (UTC); null for none of these. */
function numberOf(column: Column, value: string): number | null {
  const unit = column.kind === 'field' ? units[column.field] : 'number';
  if (unit === 'time') {
    const time = /^\d{4}-\d{2}/.test(value) ? Date.parse(value) : Number.NaN;
    return Number.isNaN(time) ? null : time;
  }
  const [, digits = '', suffix = ''] = /^([-+]?[\d.]+(?:e[-+]?\d+)?)(s|min|h|d|%)?$/i.exec(value) ?? [];
  if (digits === '' || Number.isNaN(Number(digits))) return null;
  if (suffix === '') return Number(digits);
  if (suffix === '%') return unit === 'number' ? Number(digits) / 100 : null;
  return unit === 'seconds' ? Number(digits) * (secondsOf[suffix] as number) : null;
}
