/**
 * Queries that earn without reading what was asked for: what a reward or a metric gives them is what it can be fooled by. Made of the
 * schema and the train answers; values that a question names stand in them as placeholders.
 */
import type { Cell, DatabaseSchema, TableRows } from '../databases/schema.ts';
import type { AnswerForm } from '../grammar/answer-forms.ts';
import { type NamedColumn, namedColumns } from './named-values.ts';
import { overBroadQueries } from './over-broad-queries.ts';
import { textLiteral } from './sql-text.ts';

export interface AttackQuery {
  /** `data_free`: reads no table. `over_broad`: reads far more than any question asks for. */
  kind: 'data_free' | 'over_broad';
  sql: string;
}

/** What attacks are made of. */
export interface AttackMaterial {
  schema: DatabaseSchema;
  rows: TableRows;
  forms: readonly AnswerForm[];
  /** Train questions. */
  questions: readonly { answer: string; bindings: Readonly<Record<string, string | number>> }[];
}

/** The most frequent parts and answers are tried one by one. */
const singleParts = 200;
const wholeAnswers = 60;
const listLengths = [3, 10, 30, 100, 1000];
/** Of a list as one text: less than executors give back. */
const longestList = 60_000;
const largestNumber = 30;
const longestUnion = 100;

/** Each query once, data-free ones first. */
export function attackQueries(material: AttackMaterial): AttackQuery[] {
  const { schema, rows, questions } = material;
  const columns = namedColumns(
    rows,
    schema,
    questions.map(({ bindings }) => bindings),
  );
  const found = new Map<string, AttackQuery>();
  for (const sql of dataFreeQueries(material, columns)) found.set(sql, { kind: 'data_free', sql });
  for (const sql of overBroadQueries(schema, columns)) if (!found.has(sql)) found.set(sql, { kind: 'over_broad', sql });
  return [...found.values()];
}

function dataFreeQueries(
  { rows, schema, forms, questions }: AttackMaterial,
  columns: ReadonlyMap<string, NamedColumn>,
): string[] {
  const answers = questions.map(({ answer }) => answer.trim());
  const parts = byFrequency(answers.flatMap(partsOf));
  const several = byFrequency(answers.filter((answer) => partsOf(answer).length > 1));
  const numbers = Array.from({ length: largestNumber + 1 }, (_, n) => String(n));
  const years = yearsAmong(parts);
  const words = ['Yes', 'No', 'yes', 'no', 'True', 'False', 'None'];
  const kinds = [...columns.keys()];
  const everyday = [...words, ...numbers, ...years];
  const lists = [
    ['Yes', 'No'],
    words,
    numbers,
    [...words, ...numbers],
    years,
    everyday,
    ...listLengths.map((length) => parts.slice(0, length)),
  ].filter((list) => list.length > 0);
  const named = (kind: string) => `{${kind}}`;
  return [
    'SELECT NULL',
    "SELECT ''",
    'SELECT 1 FROM (SELECT 1 AS one) o WHERE 1 = 0',
    ...numbers.map((n) => `SELECT ${n}`),
    ...[...words, ...parts.slice(0, singleParts)].map((part) => `SELECT ${textLiteral(part)}`),
    ...several.slice(0, wholeAnswers).map((answer) => `SELECT ${textLiteral(answer)}`),
    ...lists.flatMap((list) => [
      `SELECT ${textLiteral(joined(list, ', '))}`,
      // Some metrics look for a part between spaces.
      `SELECT ${textLiteral(joined(list, ' '))}`,
      ...(list.length <= longestUnion ? [list.map((part) => `SELECT ${textLiteral(part)}`).join(' UNION ALL ')] : []),
    ]),
    ...kinds.map((kind) => `SELECT ${named(kind)}, ${textLiteral(joined(everyday, ', '))}`),
    ...kinds.map((kind) => `SELECT ${named(kind)}`),
    ...forms.flatMap((form) => sentences(form, (kind) => prefixOf(rows, schema, columns.get(kind)))),
  ];
}

/** A sentence of the answers that is made of the question's values alone, with and without the prefix that a column's values have. */
function sentences({ kind, pieces }: AnswerForm, prefixOfKind: (kind: string) => string): string[] {
  if (kind !== 'question') return [];
  const write = (value: (kind: string) => string): string => {
    const args = pieces.flatMap((piece, i) =>
      i % 2 === 1 ? [value(piece)] : piece === '' ? [] : [textLiteral(piece)],
    );
    return `SELECT CONCAT(${args.join(', ')})`;
  };
  return [
    write((name) => `{${name}}`),
    write((name) => {
      const prefix = prefixOfKind(name);
      return prefix === '' ? `{${name}}` : `REPLACE({${name}}, ${textLiteral(prefix)}, '')`;
    }),
  ];
}

/** What all texts of a column begin with. */
function prefixOf(rows: TableRows, { tables }: DatabaseSchema, column: NamedColumn | undefined): string {
  if (column === undefined) return '';
  const place = tables
    .find(({ name }) => name === column.table)
    ?.columns.findIndex(({ name }) => name === column.column);
  const texts = (rows[column.table] ?? [])
    .map((row): Cell => row[place ?? -1] ?? null)
    .filter((cell) => typeof cell === 'string');
  let prefix = texts[0] ?? '';
  for (const text of texts) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
}

/** Parts as the answers spell them. */
function partsOf(answer: string): string[] {
  return answer
    .split(/,\s+/u)
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** Distinct texts, the most frequent first; of equal ones in the order of their characters. */
function byFrequency(texts: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([text]) => text);
}

/** All years from the first to the last that is an answer. */
function yearsAmong(parts: readonly string[]): string[] {
  const years = parts.filter((part) => /^(1[5-9]|20)\d\d$/.test(part)).map(Number);
  if (years.length === 0) return [];
  const [first, last] = [Math.min(...years), Math.max(...years)];
  return Array.from({ length: last - first + 1 }, (_, i) => String(first + i));
}

/** As many of the texts as there is room for. */
function joined(texts: readonly string[], separator: string): string {
  let length = 0;
  const some = texts.filter((text) => (length += text.length + separator.length) <= longestList);
  return some.join(separator);
}
