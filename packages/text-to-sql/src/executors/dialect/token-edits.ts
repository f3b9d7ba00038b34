/** Rewrites a statement in place: what no rule touches is written as it stands, so translation stays linear and cheap. */
import type { SqlToken } from '../tokenize-sql.ts';

/** What is written for a token: its text or another one, and what was put around it. */
interface Cell {
  before: string;
  text: string | (() => string);
  after: string;
}

const writtenCell = ({ before, text, after }: Cell): string =>
  `${before}${typeof text === 'string' ? text : text()}${after}`;

export class TokenEdits {
  private readonly tokens: readonly SqlToken[];
  /** What is written at a place; none where a token stands as it is. */
  private readonly cells: (Cell | undefined)[] = [];
  /** What is written for a token, wherever that is by now. */
  private readonly own: (Cell | undefined)[] = [];

  constructor(tokens: readonly SqlToken[]) {
    this.tokens = tokens;
  }

  private cellAt(at: number): Cell {
    const there = this.cells[at];
    if (there) return there;
    const cell = { before: '', text: written(this.tokens[at] as SqlToken), after: '' };
    this.own[at] = cell;
    this.cells[at] = cell;
    return cell;
  }

  private ownAt(at: number): Cell {
    return this.own[at] ?? this.cellAt(at);
  }

  /** Puts text around the tokens from `start` to before `end`; what was wrapped before stands inside. */
  wrap(start: number, end: number, prefix: string, suffix: string): void {
    const first = this.cellAt(start);
    first.before = prefix + first.before;
    this.cellAt(end - 1).after += suffix;
  }

  /** Puts text around the tokens themselves, inside of all that was wrapped around them and wherever they were moved. */
  wrapInside(start: number, end: number, prefix: string, suffix: string): void {
    this.ownAt(start).before += prefix;
    const last = this.ownAt(end - 1);
    last.after = suffix + last.after;
  }

  /** What was wrapped around the token goes too. */
  replace(at: number, text: Cell['text']): void {
    Object.assign(this.cellAt(at), { before: '', text, after: '' });
  }

  /** Leaves tokens out. */
  drop(start: number, end: number = start + 1): void {
    for (let at = start; at < end; at += 1) {
      this.ownAt(at);
      this.cells[at] = { before: '', text: '', after: '' };
    }
  }

  /** Writes something else for the tokens; what `text` takes of them by `part` may still be wrapped inside. */
  rewrite(start: number, end: number, text: () => string): void {
    this.drop(start, end);
    this.replace(start, text);
  }

  /** Gives what these tokens are written as at last, to be written at another place. */
  part(start: number, end: number): () => string {
    const cells: Cell[] = [];
    for (let at = start; at < end; at += 1) cells.push(this.cellAt(at));
    return () => cells.map(writtenCell).join(' ');
  }

  /** The tokens as they are written by now. */
  written(start = 0, end: number = this.tokens.length): string {
    let sql = '';
    for (let at = start; at < end; at += 1) {
      const cell = this.cells[at];
      const text = cell ? writtenCell(cell) : written(this.tokens[at] as SqlToken);
      sql += at === start ? text : ` ${text}`;
    }
    return sql;
  }
}

/** SQL literal of a text. SQLite reads no statement beyond a NUL. */
export function textLiteral(value: string): string {
  if (!value.includes('\u0000')) return quoted(value);
  return `(${value.split('\u0000').map(quoted).join(' || char(0) || ')})`;
}

const quoted = (part: string): string => (part.includes("'") ? `'${part.replaceAll("'", "''")}'` : `'${part}'`);

/** A quoted name; in double quotes SQLite could take it for a text. */
export const quotedName = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

const operators: Record<string, string> = { '||': 'OR', '&&': 'AND', '/': '* 1.0 /', '<=>': 'IS', '!': 'NOT' };

function written(token: SqlToken): string {
  switch (token.kind) {
    case 'string':
      return textLiteral(token.value);
    case 'name':
      return quotedName(token.value);
    case 'operator':
      return operators[token.text] ?? token.text;
    default:
      return token.text;
  }
}
