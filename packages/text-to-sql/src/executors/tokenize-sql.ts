/** Cuts a statement in MySQL's dialect into tokens, for the statement guard and the translation to SQLite. */

export type SqlToken =
  | { kind: 'word'; text: string /** Upper case. */; word: string }
  | { kind: 'string'; text: string /** Content, escapes resolved. */; value: string }
  | { kind: 'name'; text: string /** Content of a `quoted` name. */; value: string }
  | { kind: 'number'; text: string }
  | { kind: 'operator'; text: string };

/** Why a text is not a statement; `code` is that of the outcome. */
export class SqlRefusal extends Error {
  readonly code: 'syntax' | 'not_select';
  constructor(code: 'syntax' | 'not_select', message: string) {
    super(message);
    this.code = code;
  }
}

const number = String.raw`0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;

// No groups: the first character tells the kinds apart, and naming groups costs three times as much.
const pattern = new RegExp(
  [
    String.raw`[ \t\r\n\f\v]+`,
    String.raw`\/\*[\s\S]*?\*\/|#[^\n]*|--(?=[ \t\r\n]|$)[^\n]*`,
    String.raw`'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*"`,
    '`(?:[^`]|``)*`',
    String.raw`(?:${number})(?![\p{L}_$])`,
    String.raw`[\p{L}\d_$]+`,
    String.raw`<=>|:=|\|\||&&|<=|>=|<>|!=|<<|>>|[-+*\/%=<>(),.;!~^&|@?:]`,
  ].join('|'),
  'uy',
);
const wholeNumber = new RegExp(`^(?:${number})$`);

/**
 * Comments are dropped; executable comments (`/*! … *\/`) are refused.
 * @throws SqlRefusal
 */
export function tokenizeSql(sql: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  if (sql.includes('\u0000')) throw new SqlRefusal('syntax', 'the statement holds a NUL character');
  pattern.lastIndex = 0;
  while (pattern.lastIndex < sql.length) {
    const at = pattern.lastIndex;
    const text = pattern.exec(sql)?.[0];
    if (text === undefined) throw new SqlRefusal('syntax', `cannot read the statement at "${sql.slice(at, at + 20)}"`);
    const token = tokenOf(text);
    if (token) tokens.push(token);
  }
  return tokens;
}

function tokenOf(text: string): SqlToken | null {
  const first = text.charAt(0);
  if (first === ' ' || (first >= '\t' && first <= '\r') || first === '#' || text.startsWith('--')) return null;
  if (text.startsWith('/*')) {
    if (/^\/\*M?!/i.test(text)) throw new SqlRefusal('not_select', 'executable comments are not allowed');
    return null;
  }
  if (first === "'" || first === '"') return { kind: 'string', text, value: unquote(text) };
  if (first === '`') return { kind: 'name', text, value: text.slice(1, -1).replaceAll('``', '`') };
  const digits = (first >= '0' && first <= '9') || (first === '.' && text.length > 1);
  if (digits && wholeNumber.test(text)) return { kind: 'number', text };
  if (digits || /^[\p{L}_$]/u.test(text)) return { kind: 'word', text, word: text.toUpperCase() };
  return { kind: 'operator', text };
}

const escapes: Record<string, string> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  '0': '\u0000',
  Z: '\u001a',
  '%': '\\%',
  _: '\\_',
};

/** MySQL's escapes; a doubled quote is one. */
function unquote(literal: string): string {
  const quote = literal.charAt(0);
  return literal
    .slice(1, -1)
    .replace(/\\([\s\S])|(''|"")/g, (all, escaped: string | undefined, doubled: string | undefined) => {
      if (escaped !== undefined) return escapes[escaped] ?? escaped;
      return doubled === quote + quote ? quote : all;
    });
}
