/** The differences between the databases that remain: how each is recognised, and how often it may come. docs/dialect.md shows them with their reasons. */
import type { Outcome } from '../contract.ts';
import { sameOutcome } from './outcomes.fixture.ts';
import { strictConcat, tiesOf } from './rewrites.fixture.ts';

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

const says = (outcome: Outcome, pattern: RegExp): boolean => outcome.kind === 'error' && pattern.test(outcome.message);

export const knownDifferences: readonly KnownDifference[] = [
  {
    name: 'time limit',
    recognises: ({ sqlite, mariadb }) =>
      [sqlite, mariadb].some((outcome) => outcome.kind === 'error' && outcome.code === 'timeout'),
  },
  {
    name: 'two columns of one name in FROM',
    recognises: ({ mariadb }) => says(mariadb, /Duplicate column name/),
  },
  {
    name: 'CONCAT of NULL',
    recognises: async ({ sql, mariadb, onSqlite }) =>
      /\bconcat\b/i.test(sql) && sameOutcome(await onSqlite(strictConcat(sql)), mariadb, false),
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
