/**
 * The forms in which the training answers are written, found in the answers themselves: "{tournament} {year}" (values of the
 * answer's rows) or "{athlete} has none of {type} at {tournament}" (values of the question, said when nothing is found).
 * The answers are the supervision the policy has; questions and SQL are not looked at beyond the linked values.
 */
import type { Bindings } from '../linking/bind-placeholders.ts';
import { findValueSpans } from '../linking/link-question.ts';
import type { ValueIndex } from '../linking/value-index.ts';
import type { Category, WordList } from './word-list.ts';

export interface AnswerForm {
  /** Literal texts and placeholders in turn: ['', 'tournament', ' ', 'year', '']; placeholders at odd places. */
  pieces: string[];
  placeholders: string[];
  /** `row`: placeholders are columns of the answer's rows; `question`: they are values the question names. */
  kind: 'row' | 'question';
  /** Questions whose answers have it. */
  count: number;
}

/** Finds forms with at least two placeholders (a lone value has no form) that at least `minimum` answers share. */
export function mineAnswerForms(
  pairs: Iterable<{ answer: string; bindings: Bindings }>,
  index: ValueIndex,
  words: WordList,
  minimum = 10,
): AnswerForm[] {
  const categories = words.topics.flatMap(({ category }) => (category ? [category] : []));
  const forms = new Map<string, AnswerForm>();
  for (const { answer, bindings } of pairs) {
    const seen = new Set<string>();
    for (const part of answer.split(/,\s+/)) {
      const form = formOf(part.trim(), bindings, index, categories);
      if (!form) continue;
      const key = `${form.kind} ${form.pieces.join('\u0000')}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const known = forms.get(key);
      if (known) known.count += 1;
      else forms.set(key, form);
    }
  }
  return [...forms.values()]
    .filter(({ count }) => count >= minimum)
    .sort((a, b) => b.count - a.count || (a.pieces.join() < b.pieces.join() ? -1 : 1));
}

function formOf(
  part: string,
  bindings: Bindings,
  index: ValueIndex,
  categories: readonly Category[],
): AnswerForm | undefined {
  const pieces: string[] = [];
  const placeholders: string[] = [];
  const values: (string | number)[] = [];
  let position = 0;
  for (const { start, end, kind, value } of findValueSpans(part, index)) {
    // a category is said without its prefix; what follows its word ("medals") is text of the form
    const category = categories.find(({ placeholder }) => placeholder === kind);
    const word = category && String(value).slice(category.prefix.length);
    const stop =
      word !== undefined && part.slice(start, start + word.length).toLowerCase() === word.toLowerCase()
        ? start + word.length
        : end;
    pieces.push(part.slice(position, start), kind);
    placeholders.push(kind);
    values.push(value);
    position = stop;
  }
  if (placeholders.length < 2 || new Set(placeholders).size < placeholders.length) return undefined;
  pieces.push(part.slice(position));
  const named = placeholders.every((name, i) => bindings[name] === values[i]);
  return { pieces, placeholders, kind: named ? 'question' : 'row', count: 1 };
}

/** SQL that writes a form: `CONCAT(…)`, with `expression` giving each placeholder's column or literal. */
export function answerExpression(
  { pieces }: AnswerForm,
  expression: (placeholder: string) => string,
  category: Category | undefined,
): string {
  const args = pieces.flatMap((piece, i) => {
    if (i % 2 === 0) return piece === '' ? [] : [`'${piece.replaceAll("'", "''")}'`];
    const value = expression(piece);
    return [piece === category?.placeholder && category.prefix ? `REPLACE(${value}, '${category.prefix}', '')` : value];
  });
  return `CONCAT(${args.join(', ')})`;
}
