/** Pairs of the grammar as people and language models write them: values of a database in the place of placeholders. */
import { UserError } from '@queryloop/contracts';
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import { type Bindings, type BoundValue, bindPlaceholders } from '../linking/bind-placeholders.ts';
import { type Draw, keyedDraw } from '../random.ts';
import type { AnswerForm } from './answer-forms.ts';
import { findColumn } from './query-parts.ts';
import type { GrammarPair } from './question-draft.ts';
import { grammarSampler } from './sample-pairs.ts';
import type { WordList } from './word-list.ts';

/** A value and how questions say it. */
interface SaidValue {
  value: BoundValue;
  phrase: string;
}

/** Tells the draw of values from the draw of the pair. */
const VALUE_STREAM = 78;
/** Numbers of questions like "at least 3". */
const NUMBERS = Array.from({ length: 10 }, (_, i) => said(i + 1));

/** Pairs tried for one whose values the database has. */
const TRIES = 100;
/** Far enough apart that no pair comes twice. */
const STRIDE = 1_000_000_007;

/** Pair `index` of `seed`, always the same; `reword` changes the question while placeholders stand in it. */
export type LiteralSampler = (seed: number, index: number, reword?: (question: string) => string) => GrammarPair;

/**
 * A sampler of the grammar's pairs with values drawn from the rows; different placeholders of a kind get different values where there
 * are. It throws UserError when the rows have no values to ask about.
 */
export function literalSampler(
  schema: DatabaseSchema,
  words: WordList,
  rows: TableRows,
  forms: readonly AnswerForm[] = [],
): LiteralSampler {
  const sample = grammarSampler(schema, words, forms);
  const values = valuesByKind(schema, words, rows);
  return (seed, index, reword = (question) => question) => {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const place = index + attempt * STRIDE;
      const { question, sql } = sample(seed, place);
      const pair = fill({ question: reword(question), sql }, values, keyedDraw(seed, place, VALUE_STREAM));
      if (pair !== null) return pair;
    }
    throw new UserError({
      message: 'the train database has no values for what the word list names',
      field: 'dataset',
      hint: 'Give a database with rows, or examples of your own in prompt.examples.',
    });
  };
}

/** Null when a placeholder has no value. */
function fill({ question, sql }: GrammarPair, values: Map<string, SaidValue[]>, draw: Draw): GrammarPair | null {
  const names = [...new Set(question.match(/\{\w+\}/g))].map((name) => name.slice(1, -1));
  const drawn = new Map<string, SaidValue>();
  for (const name of names) {
    const found = drawValue(draw, values.get(kindOf(name)) ?? [], [...drawn.values()]);
    if (!found) return null;
    drawn.set(name, found);
  }
  const bindings: Bindings = Object.fromEntries([...drawn].map(([name, { value }]) => [name, value]));
  const text = question.replace(/\{(\w+)\}/g, (_, name: string) => drawn.get(name)?.phrase ?? '');
  return { question: asSentence(text), sql: bindPlaceholders(sql, bindings) };
}

const kindOf = (placeholder: string): string => placeholder.replace(/\d+$/, '');

function drawValue(draw: Draw, known: readonly SaidValue[], taken: readonly SaidValue[]): SaidValue | undefined {
  const fresh = known.filter(({ value }) => !taken.some((other) => other.value === value));
  const pool = fresh.length > 0 ? fresh : known;
  return pool.length === 0 ? undefined : draw.pick(pool);
}

function valuesByKind(schema: DatabaseSchema, words: WordList, rows: TableRows): Map<string, SaidValue[]> {
  const kinds = new Map<string, SaidValue[]>();
  const add = (kind: string, values: readonly SaidValue[]) => kinds.set(kind, [...(kinds.get(kind) ?? []), ...values]);
  const cells = (name: string): (string | number)[] => {
    const found = findColumn(schema, name);
    if (!found) return [];
    const all = (rows[found.table.name] ?? []).map((row) => row[found.place] ?? null);
    return [...new Set(all)].filter((cell) => cell !== null && String(cell).trim() !== '') as (string | number)[];
  };
  const seen = new Set<string>();
  for (const { entity, dimensions, category, time } of words.topics) {
    for (const named of [entity, ...dimensions]) {
      if (!named || seen.has(named.column)) continue;
      seen.add(named.column);
      add(named.placeholder, cells(named.column).map(said));
    }
    if (category && !seen.has(category.column)) {
      seen.add(category.column);
      const phrases = category.values.flatMap(({ value, words: own }) => own.map((phrase) => ({ value, phrase })));
      add(category.placeholder, phrases);
    }
    if (time && !seen.has(time.column)) {
      seen.add(time.column);
      const years = cells(time.column).map((cell) => (typeof cell === 'number' ? cell : Number(cell.slice(0, 4))));
      add(time.placeholder, [...new Set(years.filter(Number.isInteger))].map(said));
    }
  }
  if (words.numbers) add(words.numbers.placeholder, NUMBERS);
  return kinds;
}

function said(value: BoundValue): SaidValue {
  return { value, phrase: String(value).trim() };
}

/** A capital at the beginning, and signs close to the words before them. */
function asSentence(text: string): string {
  const close = text
    .replace(/\s+([?.,:;!)])/g, '$1')
    .replace(/\s+/g, ' ')
    .trim();
  return close.charAt(0).toUpperCase() + close.slice(1);
}
