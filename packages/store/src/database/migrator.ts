/** How migrations reach a database of either kind. */

/** What migrating needs of a database. Everything between opening and closing is done by one process at a time. */
export interface Migrator {
  /** Creates the table of applied migrations when it is missing, and reads it. */
  applied(): Promise<{ name: string; checksum: string; finished: boolean }[]>;
  /** Notes that a migration begins, runs its script, notes that it is done. */
  apply(migration: { id: string; name: string; checksum: string; sql: string }): Promise<void>;
  /** Makes what was done last, and lets the next process in. */
  close(done: boolean): Promise<void>;
}
