/** Puts linked values back into generated SQL as escaped literals, so that no value can ever change the statement. */

/** A value bound to a placeholder: text or an integer. */
export type BoundValue = string | number;
export type Bindings = Readonly<Record<string, BoundValue>>;
/** MariaDB and MySQL read a backslash in a literal as an escape, SQLite does not. */
export type LiteralDialect = 'sqlite' | 'mysql';

/** What quotes text in SQL, a comment, or a placeholder; an unclosed quote runs to the end. The dialects differ in the details. */
const TOKEN: Record<LiteralDialect, RegExp> = {
  sqlite: /'(?:[^']|'')*(?:'|$)|"(?:[^"]|"")*(?:"|$)|`(?:[^`]|``)*(?:`|$)|\[[^\]]*(?:\]|$)|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{(\w+)\}/g,
  mysql:
    /'(?:[^'\\]|''|\\[\s\S]?)*(?:'|$)|"(?:[^"\\]|""|\\[\s\S]?)*(?:"|$)|`(?:[^`]|``)*(?:`|$)|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{(\w+)\}/g,
};

/**
 * Replaces every `{name}` outside quotes and comments by its value's literal. Placeholders inside quotes or comments, and
 * unknown ones, stay as they are: the statement then means (or fails as) what the model wrote, and no value leaves a literal.
 */
export function bindPlaceholders(sql: string, bindings: Bindings, dialect: LiteralDialect = 'sqlite'): string {
  return sql.replace(TOKEN[dialect], (token, name: string | undefined) => {
    if (name === undefined || !Object.hasOwn(bindings, name)) return token;
    return literal(bindings[name] as BoundValue, dialect);
  });
}

/** SQL literal of a value. NUL cannot stand in a statement and is dropped. */
export function literal(value: BoundValue, dialect: LiteralDialect): string {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? String(value) : 'NULL';
  const text = value.replaceAll('\0', '').replaceAll("'", "''");
  return `'${dialect === 'mysql' ? text.replaceAll('\\', '\\\\') : text}'`;
}
