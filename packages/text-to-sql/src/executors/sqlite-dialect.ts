/**
 * Writes a guarded statement in MySQL's dialect as SQLite reads it. Translated: "strings", backslash escapes, `names`, || as OR,
 * && as AND, / as decimal division, MOD, <=>, GROUP_CONCAT's SEPARATOR, bracketed queries of a UNION. Not translated (SQLite reports an error): intervals,
 * date arithmetic, XOR, DIV, GROUP_CONCAT(DISTINCT … SEPARATOR …) with another separator than ",".
 */
import type { SqlToken } from './tokenize-sql.ts';

const literal = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const operators: Record<string, string> = { '||': 'OR', '&&': 'AND', '/': '* 1.0 /', '<=>': 'IS', '!': 'NOT' };

export function toSqlite(tokens: readonly SqlToken[]): string {
  return moveSeparators(tokens).map(translate).join(' ');
}

function translate(token: SqlToken, index: number, all: readonly SqlToken[]): string {
  switch (token.kind) {
    case 'string':
      return literal(token.value);
    case 'name':
      return `"${token.value.replaceAll('"', '""')}"`;
    case 'number':
      return token.text;
    case 'operator':
      if (token.text === '(' && opensOperand(all, index)) return 'SELECT * FROM (';
      return operators[token.text] ?? token.text;
    case 'word':
      // MOD is an infix operator too.
      if (token.word === 'MOD' && !isText(all[index + 1], '(')) return '%';
      return token.text;
  }
}

const isText = (token: SqlToken | undefined, text: string): boolean =>
  token?.kind === 'operator' && token.text === text;

/** SQLite takes no brackets around the queries of a UNION: such a query becomes a subquery. */
function opensOperand(all: readonly SqlToken[], index: number): boolean {
  const before = all[index - 1];
  const after = all[index + 1];
  const selects = isText(after, '(') || (after?.kind === 'word' && ['SELECT', 'WITH', 'VALUES'].includes(after.word));
  return selects && (index === 0 || (before?.kind === 'word' && setWords.has(before.word) && index > 1));
}

const setWords = new Set(['UNION', 'ALL', 'EXCEPT', 'INTERSECT']);

/** GROUP_CONCAT(x ORDER BY y SEPARATOR 's') becomes GROUP_CONCAT(x, 's' ORDER BY y). */
function moveSeparators(tokens: readonly SqlToken[]): SqlToken[] {
  const moved = [...tokens];
  for (let at = 0; at < moved.length; at += 1) {
    const token = moved[at];
    const value = moved[at + 1];
    if (token?.kind !== 'word' || token.word !== 'SEPARATOR' || value?.kind !== 'string') continue;
    let target = at;
    for (let back = at - 1, depth = 0; back >= 0; back -= 1) {
      const before = moved[back];
      if (isText(before, ')')) depth += 1;
      else if (isText(before, '(') && depth-- === 0) break;
      else if (depth === 0 && before?.kind === 'word' && before.word === 'ORDER') target = back;
    }
    moved.splice(at, 2);
    moved.splice(target, 0, { kind: 'operator', text: ',' }, value);
  }
  return moved;
}
