/** Things that a process has one of. Kept outside modules, as Next may load a module several times. */

const kept = globalThis as typeof globalThis & { queryloop?: Map<string, unknown> };

/** What `make` gave the first time it was called for this name in this process. */
export function once<T>(name: string, make: () => T): T {
  const made = (kept.queryloop ??= new Map());
  if (!made.has(name)) made.set(name, make());
  return made.get(name) as T;
}

/** The next `once` of this name makes it anew: what was made does not work. */
export function forget(name: string): void {
  kept.queryloop?.delete(name);
}
