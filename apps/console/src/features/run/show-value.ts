/** Values of settings as text. */

/** Null stands for a field that is left out. */
export function shownValue(value: unknown): string {
  if (value === null || value === undefined) return 'left out';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
