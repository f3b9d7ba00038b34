/** The differences between the databases that remain: how each is recognised, and how often it may come. docs/dialect.md shows them with their reasons. */
import type { Outcome } from '../contract.ts';
import { sameOutcome } from './outcomes.fixture.ts';
import { tiesOf } from './rewrites.fixture.ts';

export interface Differing {
  sql: string;
  sqlite: Outcome;
  mariadb: Outcome;
  /** Runs another statement. */
  onSqlite(sql: string): Promise<Outcome>;
  onMariadb(sql: string): Promise<Outcome>;
}

export interface KnownDifference {
  /** As docs/dialect.md calls it. */
  name: string;
  recognises(differing: Differing): boolean | Promise<boolean>;
}

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'time limit',
    recognises: ({ sqlite, mariadb }) =>
      [sqlite, mariadb].some((outcome) => outcome.kind === 'error' && outcome.code === 'timeout'),
  },
  {
    name: 'ties',
    recognises: async ({ sql, onSqlite, onMariadb }) => {
      const ties = tiesOf(sql);
      if (!ties) return false;
      const same = async (text: string, ordered: boolean): Promise<boolean> =>
        sameOutcome(await onSqlite(text), await onMariadb(text), ordered);
      return (await same(ties.uncut, false)) && (await same(ties.keys, true));
    },
  },
  {
    name: 'digits of decimals',
    // A quotient has four digits more than its dividend on MariaDB, and all of them on SQLite.
    recognises: ({ sql, sqlite, mariadb }) => / \/ /.test(sql) && sqlite.kind === 'rows' && mariadb.kind === 'rows',
  },
  {
    name: 'halves of floating-point numbers',
    recognises: ({ sql, sqlite, mariadb }) =>
      /\b(?:AS SIGNED|round)\b/i.test(sql) && sqlite.kind === 'rows' && mariadb.kind === 'rows',
  },
];

/** The first difference that it is; null when it is none that is known. */
export async function differenceOf(differing: Differing): Promise<string | null> {
  for (const { name, recognises } of knownDifferences) if (await recognises(differing)) return name;
  return null;
}
