/** Reads a statement token by token; what readers of expressions and of queries share. */
import { SqlRefusal, type SqlToken } from '../tokenize-sql.ts';
import type { Expression, QueryShape } from './query-shape.ts';
import { nameOf } from './reserved-words.ts';
import type { Catalogue, NamedColumn, Scope, Source } from './scope.ts';
import { quotedName, TokenEdits } from './token-edits.ts';

/** Queries and brackets inside each other; the databases give up a little later. */
const deepest = 150;

export class Cursor {
  readonly tokens: readonly SqlToken[];
  readonly edits: TokenEdits;
  readonly catalogue: Catalogue | null;
  /** Place of the bracket that closes the one at a place. */
  private readonly closing: readonly number[];
  at = 0;
  /** How many queries and brackets the place read stands in. */
  depth = 0;
  /** Found first; reported when the whole statement could be read, since MariaDB reads before it looks names up. */
  private complaint: SqlRefusal | null = null;
  /** Common table expressions in sight, innermost first. */
  commonTables: { source: Source; outer: Cursor['commonTables'] } | null = null;
  /** How many aggregates the place read stands in. */
  inAggregate = 0;
  /** What the columns of the whole statement are called, as far as its words say it; null where a * stands among them. */
  headings: string[] | null = null;
  /** Columns named outside aggregates, with the SELECT they belong to. */
  bare: { start: number; end: number; key: string; scope: Scope; column: NamedColumn | null }[] = [];

  constructor(tokens: readonly SqlToken[], catalogue: Catalogue | null) {
    this.tokens = tokens;
    this.catalogue = catalogue;
    this.edits = new TokenEdits(tokens);
    this.closing = matchBrackets(tokens);
  }

  /** Upper case; empty for what is no word. */
  word(offset = 0): string {
    const token = this.tokens[this.at + offset];
    return token?.kind === 'word' ? token.word : '';
  }

  operator(offset = 0): string {
    const token = this.tokens[this.at + offset];
    return token?.kind === 'operator' ? token.text : '';
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }

  closes(at: number): number {
    return this.closing[at] as number;
  }

  takeWord(word: string): boolean {
    if (this.word() !== word) return false;
    this.at += 1;
    return true;
  }

  takeOperator(text: string): boolean {
    if (this.operator() !== text) return false;
    this.at += 1;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWord(word)) this.fail(`expected ${word}`);
  }

  expectOperator(text: string): void {
    if (!this.takeOperator(text)) this.fail(`expected "${text}"`);
  }

  /** @throws SqlRefusal always */
  fail(why = 'it does not belong there'): never {
    const near = this.tokens
      .slice(this.at, this.at + 4)
      .map(({ text }) => text)
      .join(' ');
    throw new SqlRefusal('syntax', near === '' ? `${why} at the end` : `${why} near "${near.slice(0, 60)}"`);
  }

  /** Notes an error that MariaDB would find after reading the statement. */
  complain(code: 'unknown_name' | 'other', message: string): void {
    this.complaint ??= new SqlRefusal(code, message);
  }

  /** @throws SqlRefusal what was found first */
  finish(): void {
    if (this.complaint) throw this.complaint;
  }

  /** One level deeper. An error ends the reading, so only what went well is left again. */
  enter(): void {
    this.depth += 1;
    if (this.depth > deepest) throw new SqlRefusal('other', 'the statement is nested too deeply');
  }

  leave(): void {
    this.depth -= 1;
  }

  /** Whether a name stands here that needs no quotes or has them. */
  atName(): boolean {
    const token = this.tokens[this.at];
    return token?.kind === 'name' || (token?.kind === 'word' && !nameOf(token.text).reserved);
  }

  /** Takes a name, in lower case; behind a dot any word is one. */
  takeName(afterDot = false): string {
    const token = this.tokens[this.at];
    if (token?.kind === 'name') {
      this.at += 1;
      return token.value.toLowerCase();
    }
    if (token?.kind !== 'word') this.fail('expected a name');
    const name = nameOf(token.text);
    if (name.reserved && !afterDot) this.fail('expected a name');
    if (name.quoted) this.edits.replace(this.at, quotedName(token.text));
    this.at += 1;
    return name.lower;
  }

  /** Takes what may stand after AS: a name or a text; null when there is none. */
  takeAlias(): string | null {
    const asWord = this.takeWord('AS');
    const token = this.tokens[this.at];
    if (token?.kind === 'string') {
      this.edits.replace(this.at, quotedName(token.value));
      this.at += 1;
      return token.value.toLowerCase();
    }
    if (this.atName() && !(this.word() === 'WINDOW' && this.word(2) === 'AS')) return this.takeName();
    if (asWord) this.fail('expected a name after AS');
    return null;
  }

  /** Reads a query to its end or the bracket that closes around it, and an expression: set by whoever knows all the readers. */
  readQuery: (outer: Scope | null) => QueryShape = () => this.fail();
  readExpression: (scope: Scope) => Expression = () => this.fail();

  /** Whether the bracket here opens a query rather than an expression. */
  opensQuery(): boolean {
    if (this.operator() !== '(') return false;
    const inner = this.word(1);
    if (inner === 'SELECT' || inner === 'WITH' || inner === 'VALUES') return true;
    if (this.operator(1) !== '(') return false;
    let leading = this.at + 1;
    while (isOpening(this.tokens[leading])) leading += 1;
    const token = this.tokens[leading];
    if (token?.kind !== 'word' || !['SELECT', 'WITH', 'VALUES'].includes(token.word)) return false;
    const next = this.tokens[this.closes(this.at + 1) + 1];
    return next?.kind === 'word' && ['UNION', 'EXCEPT', 'INTERSECT', 'ORDER', 'LIMIT'].includes(next.word);
  }
}

const isOpening = (token: SqlToken | undefined): boolean => token?.kind === 'operator' && token.text === '(';

/** @throws SqlRefusal when brackets do not match */
function matchBrackets(tokens: readonly SqlToken[]): number[] {
  const closing: number[] = [];
  const open: number[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at] as SqlToken;
    if (token.kind !== 'operator') continue;
    if (token.text === '(') open.push(at);
    else if (token.text === ')') {
      const from = open.pop();
      if (from === undefined) throw new SqlRefusal('syntax', 'a bracket is closed that was not opened');
      closing[from] = at;
    }
  }
  if (open.length > 0) throw new SqlRefusal('syntax', 'a bracket is not closed');
  return closing;
}
