/** Puts linked values back into generated SQL as escaped literals, so that no value can ever change the statement. */

/** A value bound to a placeholder: text or a number. */
export type BoundValue = string | number;
export type Bindings = Readonly<Record<string, BoundValue>>;

/** What quotes text in MySQL's dialect (which both executors read), a comment, or a placeholder; an unclosed quote runs to the end. */
const TOKEN =
  /'(?:[^'\\]|''|\\[\s\S]?)*(?:'|$)|"(?:[^"\\]|""|\\[\s\S]?)*(?:"|$)|`(?:[^`]|``)*(?:`|$)|--(?=\s|$)[^\n]*|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\{(\w+)\}/g;

/**
 * Replaces every `{name}` outside quotes and comments by its value's literal. Placeholders inside quotes or comments, and
 * unknown ones, stay as they are: the statement then means (or fails as) what the model wrote, and no value leaves a literal.
 */
export function bindPlaceholders(sql: string, bindings: Bindings): string {
  return sql.replace(TOKEN, (token, name: string | undefined) => {
    if (name === undefined || !Object.hasOwn(bindings, name)) return token;
    return sqlLiteral(bindings[name] as BoundValue);
  });
}

/** SQL literal of a value. NUL cannot stand in a statement and is dropped. */
export function sqlLiteral(value: BoundValue): string {
  if (typeof value === 'number') return isWritable(value) ? String(value) : 'NULL';
  return `'${value.replaceAll('\0', '').replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}

/** Integers that a double holds exactly, and decimals that JavaScript writes without an exponent. */
function isWritable(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : /^-?\d+\.\d+$/.test(String(value));
}
