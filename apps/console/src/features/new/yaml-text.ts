/** Reads and changes single fields of YAML text, keeping comments and order: the form and the editor share one text. */
import { isMap, parseDocument } from 'yaml';

/** Plain values of the text; null while it is no valid YAML map. */
export function valuesOf(text: string): Record<string, unknown> | null {
  try {
    const document = parseDocument(text, { prettyErrors: false });
    if (document.errors.length > 0) return null;
    const values: unknown = document.toJS() ?? {};
    return typeof values === 'object' && !Array.isArray(values) ? (values as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

/** The value at a path, undefined when nothing is written there. */
export function valueAt(values: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<string, unknown> | null | undefined)?.[key], values);
}

/** The text with one field set, or left out when `value` is undefined; groups that become empty go with it. */
export function withField(text: string, path: readonly string[], value: unknown): string {
  const document = parseDocument(text);
  if (value === undefined) {
    document.deleteIn(path);
    for (let length = path.length - 1; length > 0; length--) {
      const group = document.getIn(path.slice(0, length), true);
      if (isMap(group) && group.items.length === 0) document.deleteIn(path.slice(0, length));
    }
  } else {
    for (let length = 1; length < path.length; length++) {
      const group = document.getIn(path.slice(0, length), true);
      // Null ("grpo:" with nothing under it) is a group nobody has written into yet.
      if (!isMap(group)) document.setIn(path.slice(0, length), document.createNode({}));
    }
    document.setIn(path, value);
  }
  if (isMap(document.contents) && document.contents.items.length === 0) return '';
  return document.toString({ lineWidth: 120 });
}
