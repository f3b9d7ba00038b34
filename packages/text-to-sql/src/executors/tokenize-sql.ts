/** Cuts a statement in MySQL's dialect into tokens, for the statement guard and the translation to SQLite. */

export type SqlToken =
  | { kind: 'word'; text: string; /** Upper case. */ word: string }
  | { kind: 'string'; text: string; /** Content, escapes resolved. */ value: string }
  | { kind: 'name'; text: string; /** Content of a `quoted` name. */ value: string }
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

const pattern = new RegExp(
  [
    String.raw`(?<space>[ \t\r\n\f\v]+)`,
    String.raw`(?<comment>\/\*[\s\S]*?\*\/|#[^\n]*|--(?=[ \t\r\n]|$)[^\n]*)`,
    String.raw`(?<string>'(?:[^'\\]|\\[\s\S]|'')*'|"(?:[^"\\]|\\[\s\S]|"")*")`,
    '(?<name>`(?:[^`]|``)*`)',
    String.raw`(?<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}_$]))`,
    String.raw`(?<word>[\p{L}\d_$]+)`,
    String.raw`(?<operator><=>|:=|\|\||&&|<=|>=|<>|!=|<<|>>|[-+*\/%=<>(),.;!~^&|@?:])`,
  ].join('|'),
  'uy',
);

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
    const groups = pattern.exec(sql)?.groups;
    if (!groups) throw new SqlRefusal('syntax', `cannot read the statement at "${sql.slice(at, at + 20)}"`);
    if (groups.space !== undefined) continue;
    if (groups.comment !== undefined) {
      if (/^\/\*M?!/i.test(groups.comment)) throw new SqlRefusal('not_select', 'executable comments are not allowed');
    } else if (groups.string !== undefined) tokens.push({ kind: 'string', text: groups.string, value: unescape(groups.string) });
    else if (groups.name !== undefined) tokens.push({ kind: 'name', text: groups.name, value: groups.name.slice(1, -1).replaceAll('``', '`') });
    else if (groups.number !== undefined) tokens.push({ kind: 'number', text: groups.number });
    else if (groups.word !== undefined) tokens.push({ kind: 'word', text: groups.word, word: groups.word.toUpperCase() });
    else tokens.push({ kind: 'operator', text: groups.operator ?? '' });
  }
  return tokens;
}

const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', '0': '\u0000', Z: '\u001a', '%': '\\%', _: '\\_' };

/** MySQL's escapes; a doubled quote is one. */
function unescape(literal: string): string {
  const quote = literal.charAt(0);
  return literal
    .slice(1, -1)
    .replace(/\\([\s\S])|(''|"")/g, (all, escaped: string | undefined, doubled: string | undefined) => {
      if (escaped !== undefined) return escapes[escaped] ?? escaped;
      return doubled === quote + quote ? quote : all;
    });
}
