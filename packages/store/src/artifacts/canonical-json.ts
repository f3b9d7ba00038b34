/** JSON with sorted keys: the same value always gives the same bytes, whatever order its keys were set in. */

/** Throws TypeError for what JSON cannot carry faithfully (NaN, Infinity), naming where it stands. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value, '$'));
}

function sorted(value: unknown, path: string): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new TypeError(`${path} is ${value}, which JSON cannot hold`);
  if (Array.isArray(value)) return value.map((item, index) => sorted(item, `${path}[${index}]`));
  if (value === null || typeof value !== 'object') return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item, `${path}.${key}`)]));
}
