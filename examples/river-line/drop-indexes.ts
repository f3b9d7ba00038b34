/** Makes a database file small: a run builds its own from the rows, with indexes. */
import Database from 'better-sqlite3';

export function dropIndexes(path: string): void {
  const database = new Database(path);
  const indexes = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL").pluck();
  for (const name of indexes.all() as string[]) database.exec(`DROP INDEX "${name}"`);
  database.exec('DROP TABLE IF EXISTS sqlite_stat1; VACUUM');
  database.close();
}
