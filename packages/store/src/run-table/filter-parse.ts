/**
 * The language of the search field: `status:failed AND (tag:paper OR grpo.beta<1e-3) AND max(dev/accuracy)>0.6 any words`.
 * Terms side by side mean AND, which binds closer than OR; NOT closest. Mistakes are told with their place.
 */
import { UserError } from '@queryloop/contracts';

export const operators = ['!=', '<=', '>=', ':', '=', '<', '>'] as const;
export type Operator = (typeof operators)[number];

export type FilterNode =
  | { kind: 'and' | 'or'; parts: FilterNode[] }
  | { kind: 'not'; part: FilterNode }
  | { kind: 'words'; words: string }
  | { kind: 'compare'; field: string; operator: Operator; value: string; at: number };

/** A place in the filter is shown as a 1-based number of the character. */
export function filterMistake(message: string, at: number, hint?: string): UserError {
  return new UserError({
    message: `${message} at character ${at + 1} of the filter`,
    field: 'filter',
    hint: hint ?? 'For example: status:failed AND (tag:paper OR grpo.beta<0.1) AND max(dev/accuracy)>0.6',
  });
}

/** More would be no filter that somebody wrote, and would nest deeper than the stack. */
const longestFilter = 4000;
const deepestFilter = 50;

/** Null when there is nothing to filter by. Throws UserError. */
export function parseFilter(text: string): FilterNode | null {
  if (text.length > longestFilter)
    throw filterMistake(`more than ${longestFilter} characters`, longestFilter, 'Shorten it.');
  const parser = new FilterParser(text);
  return parser.whole();
}

class FilterParser {
  private at = 0;
  private depth = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  whole(): FilterNode | null {
    this.skipSpace();
    if (this.at === this.text.length) return null;
    const node = this.either();
    if (this.at < this.text.length) throw filterMistake('a ")" that closes nothing', this.at);
    return node;
  }

  private either(): FilterNode {
    const parts = [this.every()];
    while (this.takeWord('OR')) parts.push(this.every());
    return joined('or', parts);
  }

  private every(): FilterNode {
    const parts = [this.term()];
    for (;;) {
      const and = this.takeWord('AND');
      if (!and && (this.at === this.text.length || this.text[this.at] === ')' || this.seesWord('OR'))) break;
      parts.push(this.term());
    }
    return joined('and', parts);
  }

  private term(): FilterNode {
    if (this.takeWord('NOT')) return { kind: 'not', part: this.nested(() => this.term()) };
    const begin = this.at;
    if (this.at === this.text.length) throw filterMistake('something to look for is missing', begin);
    for (const word of ['AND', 'OR'])
      if (this.seesWord(word)) throw filterMistake(`${word} has nothing before it`, begin);
    if (this.text[begin] === '(') return this.parentheses();
    if (this.text[begin] === ')') throw filterMistake('something to look for is missing before ")"', begin);
    if (this.text[begin] === '"') return { kind: 'words', words: this.quoted() };
    const word = this.take(/(?:last|max|min)\([^()"]*\)|[^\s()":=<>!]+/y);
    const operator = this.take(/!=|<=|>=|[:=<>]/y) as Operator | '';
    if (word === '') {
      const found = operator || this.text[begin];
      throw filterMistake(`"${found}" has no field before it`, begin);
    }
    if (operator === '') {
      // A "!" in the middle of a word.
      const rest = this.take(/[^\s()"]+/y);
      this.skipSpace();
      return { kind: 'words', words: word + rest };
    }
    return { kind: 'compare', field: word, operator, value: this.value(word, operator), at: begin };
  }

  private parentheses(): FilterNode {
    const begin = this.at;
    this.at++;
    this.skipSpace();
    const node = this.nested(() => this.either());
    if (this.text[this.at] !== ')') throw filterMistake('the "(" is never closed: it stands', begin);
    this.at++;
    this.skipSpace();
    return node;
  }

  private nested(read: () => FilterNode): FilterNode {
    if (++this.depth > deepestFilter) throw filterMistake('too many parentheses inside each other', this.at);
    const node = read();
    this.depth--;
    return node;
  }

  private value(field: string, operator: Operator): string {
    this.skipSpace();
    if (this.text[this.at] === '"') return this.quoted();
    const value = this.take(/[^\s()"]+/y);
    if (value === '') throw filterMistake(`${field}${operator} needs a value`, this.at);
    this.skipSpace();
    return value;
  }

  /** A text in quotes; \" and \\ stand for themselves. */
  private quoted(): string {
    const begin = this.at;
    const found = this.take(/"(?:[^"\\]|\\.)*"/sy);
    if (found === '') throw filterMistake('the quote is never closed: it stands', begin);
    this.skipSpace();
    return found.slice(1, -1).replace(/\\(.)/gs, '$1');
  }

  private seesWord(word: string): boolean {
    return this.text.startsWith(word, this.at) && /^(?:$|[\s()"])/.test(this.text.slice(this.at + word.length));
  }

  private takeWord(word: string): boolean {
    if (!this.seesWord(word)) return false;
    this.at += word.length;
    this.skipSpace();
    return true;
  }

  /** What a sticky pattern finds here; '' for nothing. */
  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private skipSpace(): void {
    this.take(/\s+/y);
  }
}

function joined(kind: 'and' | 'or', parts: FilterNode[]): FilterNode {
  return parts.length === 1 ? (parts[0] as FilterNode) : { kind, parts };
}
