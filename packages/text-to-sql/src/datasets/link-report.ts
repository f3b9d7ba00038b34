/** Says how many questions name a value of the database, and what the others name instead. */
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import { linkQuestion } from '../linking/link-question.ts';
import type { ValueIndex } from '../linking/value-index.ts';

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
  const counts = new Map<string, number>();
  for (const question of unlinked)
    for (const text of new Set(valuesLookedLike(question))) counts.set(text, (counts.get(text) ?? 0) + 1);
  const unknown = [...counts]
    .sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))
    .slice(0, mostUnknown)
    .map(([text, count]) => ({ text, count }));
  const columns = columnsHolding(
    unknown.map(({ text }) => text),
    schema,
    rows,
  );
  return {
    questions: questions.length,
    linked: questions.length - unlinked.length,
    placeholders: Object.fromEntries([...placeholders].sort(([a], [b]) => (a < b ? -1 : 1))),
    examples: unlinked.slice(0, mostExamples),
    unknown: unknown.map((found) => ({ ...found, column: columns.get(found.text.trim().toLowerCase()) ?? null })),
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

/** Table.column of the first column that holds each text, by phrase key. */
function columnsHolding(texts: readonly string[], schema: DatabaseSchema, rows: TableRows): Map<string, string> {
  const plain = (text: string): string => text.trim().toLowerCase();
  const wanted = new Set(texts.map(plain));
  const found = new Map<string, string>();
  for (const { name, columns } of schema.tables)
    for (const row of rows[name] ?? [])
      row.forEach((cell, place) => {
        if (cell === null || found.size === wanted.size) return;
        const text = plain(String(cell));
        if (wanted.has(text) && !found.has(text)) found.set(text, `${name}.${columns[place]?.name}`);
      });
  return found;
}
