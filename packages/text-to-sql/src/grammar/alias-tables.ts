/** Short names for the tables of a query. */
import type { DatabaseSchema } from '../databases/schema.ts';
import { isReserved } from './quote-name.ts';

/** Names that the grammar gives to subqueries and further rows. */
const TAKEN = ['later', 'second', 'third', 'other'];

/** First letter of each table, lengthened until it is its own and no reserved word; a number behind what stays the same. */
export function aliasTables(schema: DatabaseSchema): Map<string, string> {
  const aliases = new Map<string, string>();
  const taken = new Set(TAKEN);
  for (const { name } of schema.tables) {
    const letters =
      name
        .toLowerCase()
        .replace(/[^a-z0-9_]/g, '')
        .replace(/^[^a-z]+/, '') || 't';
    let length = 1;
    const candidate = () =>
      length <= letters.length ? letters.slice(0, length) : `${letters}${length - letters.length + 1}`;
    while (taken.has(candidate()) || isReserved(candidate())) length += 1;
    taken.add(candidate());
    aliases.set(name, candidate());
  }
  return aliases;
}
