/** Says how many questions name a value of the database, and what the others name instead. */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import { findValueSpans, linkQuestion } from '../linking/link-question.ts';
import { buildValueIndex, type ValueIndex } from '../linking/value-index.ts';

export interface LinkReport {
  questions: number;
  /** Questions in which at least one value was found. */
  linked: number;
  /** How often a placeholder was bound. */
  placeholders: Record<string, number>;
  /** Questions without any value, some of them. */
  examples: string[];
  /** What unlinked questions hold that looks like a value, most frequent first. */
  unknown: {
    text: string;
    count: number /** Column that holds it, when one does that has no placeholder. */;
    column: string | null;
  }[];
}

const mostExamples = 5;
const mostUnknown = 10;
/** Longer texts are no names. */
const longestValue = 80;

export function reportLinks(
  questions: readonly string[],
  index: ValueIndex,
  schema: DatabaseSchema,
  rows: TableRows,
): LinkReport {
  const placeholders = new Map<string, number>();
  const unlinked: string[] = [];
  for (const question of questions) {
    const names = Object.keys(linkQuestion(question, index).bindings);
    if (names.length === 0) unlinked.push(question);
    for (const name of new Set(names.map((full) => full.replace(/\d+$/, ''))))
      placeholders.set(name, (placeholders.get(name) ?? 0) + 1);
  }
  const unnamed = indexOtherColumns(schema, rows, unlinked.length > 0);
  const found = new Map<string, LinkReport['unknown'][number]>();
  for (const question of unlinked) {
    const spans = findValueSpans(question, unnamed);
    const values = new Map(
      spans.map(({ start, end, kind }) => [question.slice(start, end).trim(), kind as string | null]),
    );
    for (const text of valuesLookedLike(question)) if (!values.has(text)) values.set(text, null);
    for (const [text, column] of values) found.set(text, { text, column, count: (found.get(text)?.count ?? 0) + 1 });
  }
  const unknown = [...found.values()]
    .sort((a, b) => b.count - a.count || (a.text < b.text ? -1 : 1))
    .slice(0, mostUnknown);
  return {
    questions: questions.length,
    linked: questions.length - unlinked.length,
    placeholders: Object.fromEntries([...placeholders].sort(([a], [b]) => (a < b ? -1 : 1))),
    examples: unlinked.slice(0, mostExamples),
    unknown,
  };
}

/** What stands in quotes, numbers, and words in capitals that do not begin the question. */
function valuesLookedLike(question: string): string[] {
  const quotes = /["“«']([^"”»']{2,60})["”»'](?!\p{L})/gu;
  const quoted = [...question.matchAll(quotes)].map(([, text = '']) => text);
  const rest = question.replace(quotes, ' ');
  const numbers = [...rest.matchAll(/(?<![\p{L}\d])\d(?:[\d.,]*\d)?/gu)];
  const names = [...rest.matchAll(/(?<=\S\s+)\p{Lu}[\p{L}\p{M}\d'’-]+(?:\s+\p{Lu}[\p{L}\p{M}\d'’-]+)*/gu)];
  return [...quoted, ...[...names, ...numbers].map(([text]) => text)];
}

/** Which column holds a text: those with a placeholder have linked what they hold. */
function indexOtherColumns(schema: DatabaseSchema, rows: TableRows, needed: boolean): ValueIndex {
  const sources = (needed ? schema.tables : []).flatMap(({ name, columns }) =>
    columns.map((column, place) => ({
      kind: `${name}.${column.name}`,
      entries: [...new Set((rows[name] ?? []).map((row) => row[place] ?? null))].flatMap((value) =>
        value === null || String(value).length > longestValue ? [] : [{ value: String(value) }],
      ),
    })),
  );
  return buildValueIndex(sources, { kind: '', from: Infinity, to: -Infinity });
}
