/** Rewrites a statement in place: what no rule touches is written as it stands, so translation stays linear and cheap. */
import type { SqlToken } from '../tokenize-sql.ts';

export class TokenEdits {
  private readonly tokens: readonly SqlToken[];
  /** What stands for a token instead of its own text. */
  private readonly texts: (string | undefined)[] = [];

  constructor(tokens: readonly SqlToken[]) {
    this.tokens = tokens;
  }

  private textAt(at: number): string {
    return this.texts[at] ?? written(this.tokens[at] as SqlToken);
  }

  /** Puts text around the tokens from `start` to before `end`; what was wrapped before stands inside. */
  wrap(start: number, end: number, prefix: string, suffix: string): void {
    this.texts[start] = prefix + this.textAt(start);
    this.texts[end - 1] = this.textAt(end - 1) + suffix;
  }

  replace(at: number, text: string): void {
    this.texts[at] = text;
  }

  /** Leaves tokens out. */
  drop(start: number, end: number = start + 1): void {
    for (let at = start; at < end; at += 1) this.texts[at] = '';
  }

  /** The tokens as they are written by now. */
  written(start = 0, end: number = this.tokens.length): string {
    let sql = '';
    for (let at = start; at < end; at += 1) sql += at === start ? this.textAt(at) : ` ${this.textAt(at)}`;
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
