import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { readSqlite } from '../databases/read-sqlite.ts';
import { athletesSchema, type Cell, type DatabaseSchema } from '../databases/schema.ts';
import { changedColumns, looseColumns, perturbRows } from './perturb-rows.ts';

const { rows } = generateWorld({ seed: 1 });
const column = (cells: Cell[][] | undefined, place: number): Cell[] => (cells ?? []).map((row) => row[place] ?? null);
const inOrder = (cells: Cell[]): Cell[] => cells.toSorted((a, b) => (String(a) < String(b) ? -1 : 1));

test('values change places within their column; keys and references stay', () => {
  const after = perturbRows(rows, athletesSchema, 1);
  const columns = changedColumns(rows, after, athletesSchema);
  for (const { name, columns: own } of athletesSchema.tables)
    own.forEach(({ name: columnName, references }, place) => {
      const [was, is] = [column(rows[name], place), column(after[name], place)];
      if (place === 0 || references) {
        expect(is).toEqual(was);
        return;
      }
      expect(inOrder(is)).toEqual(inOrder(was));
      const changed = is.filter((cell, i) => cell !== was[i]).length;
      expect(columns).toContainEqual({ table: name, column: columnName, rows: was.length, changed });
      expect(changed).toBeGreaterThan(0);
    });
  // Names of athletes are all different, and none stays where it was.
  expect(columns[0]).toMatchObject({ table: 'Athlete', column: 'name', changed: rows['Athlete']?.length });
});

test('the same key gives the same rows, another key others', () => {
  const perturbed = (...key: number[]) => perturbRows(rows, athletesSchema, ...key);
  expect(perturbed(1, 2)).toEqual(perturbed(1, 2));
  expect(perturbed(1, 3)).not.toEqual(perturbed(1, 2));
});

test('keys of several columns stay, and every column of a table without a key is loose', () => {
  const integer = (name: string) => ({ name, type: 'integer' as const });
  const schema: DatabaseSchema = {
    tables: [
      { name: 'Place', primaryKey: ['row', 'seat'], columns: [integer('row'), integer('seat'), integer('price')] },
      {
        name: 'Ticket',
        primaryKey: [],
        columns: [integer('row'), integer('seat'), integer('year')],
        foreignKeys: [{ columns: ['row', 'seat'], references: { table: 'Place', columns: ['row', 'seat'] } }],
      },
      { name: 'Note', primaryKey: [], columns: [integer('day'), integer('hour')] },
    ],
  };
  const loose = looseColumns(schema).map(({ table, column: name }) => `${table}.${name}`);
  expect(loose).toEqual(['Place.price', 'Ticket.year', 'Note.day', 'Note.hour']);
});

test('rows come back from a database file as they went in', () => {
  const folder = mkdtempSync(join(tmpdir(), 'queryloop-rows-'));
  try {
    const path = join(folder, 'data.sqlite');
    buildSqlite(rows, path);
    expect(readSqlite(path, athletesSchema)).toEqual(rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
