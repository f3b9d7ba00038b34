import { expect, test } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { athletesSchema, type Cell, type DatabaseSchema, type TableRows } from '../databases/schema.ts';
import { changedCopies } from './changed-copies.ts';
import { type NamedCell, namedCells, namedColumns } from './named-values.ts';
import { perturbRows } from './perturb-rows.ts';
import { missingCombinations, steerRows } from './steer-rows.ts';

const { rows } = generateWorld({ seed: 1 });
const values = (table: string, c: number): Cell[] => [...new Set((rows[table] ?? []).map((row) => row[c] ?? null))];

const athletes = values('Athlete', 1).slice(0, 12);
const tournaments = values('Tournament', 2).slice(0, 8);
const asked = athletes.flatMap((athlete) =>
  tournaments.flatMap((tournament) =>
    ['MedalGold', 'MedalSilver'].map((type): Record<string, string | number> => {
      return { athlete: String(athlete), tournament: String(tournament).toLowerCase(), type };
    }),
  ),
);
const columns = namedColumns(rows, athletesSchema, [...asked, { year: 2012, year2: 2016, city: 'x' }]);
const combinations = asked.flatMap((bindings) => namedCells(bindings, columns));
const missing = missingCombinations(rows, athletesSchema, combinations);

test('the columns of values are found in the rows: not keys, not references', () => {
  expect(Object.fromEntries(columns)).toEqual({
    athlete: { table: 'Athlete', column: 'name' },
    tournament: { table: 'Tournament', column: 'name' },
    type: { table: 'Medal', column: 'type' },
    year: { table: 'Medal', column: 'year' },
  });
});

test('a question that names two values of a kind asks about either', () => {
  const named = namedCells({ athlete: 'A', year: 2012, year2: 2016, word: 'unknown' }, columns);
  const values = named.map((cells) => cells.map(({ value }) => value));
  expect(values).toEqual([
    ['A', 2012],
    ['A', 2016],
  ]);
});

test('missing are those that no join has', () => {
  const joined = joins(rows);
  for (const cells of combinations) {
    const found = joined.some((row) => cells.every((cell) => same(row[`${cell.table}.${cell.column}`], cell)));
    expect(found, JSON.stringify(cells)).toBe(!missing.some((each) => JSON.stringify(each) === JSON.stringify(cells)));
  }
  expect(missing.length).toBeGreaterThan(50);
});

test('what is brought together stands together; no value is lost, keys and references stay', () => {
  const perturbed = perturbRows(rows, athletesSchema, 1);
  const { rows: steered, met } = steerRows(perturbed, athletesSchema, missing, 7);
  const joined = joins(steered);
  const there = missing.filter((cells) =>
    joined.some((row) => cells.every((cell) => same(row[`${cell.table}.${cell.column}`], cell))),
  );
  expect(met).toBeGreaterThan(20);
  expect(there.length).toBeGreaterThanOrEqual(met);
  for (const { name, columns: own } of athletesSchema.tables)
    own.forEach(({ references }, place) => {
      const [was, is] = [column(perturbed, name, place), column(steered, name, place)];
      if (place === 0 || references) expect(is).toEqual(was);
      else expect(is.toSorted(byText)).toEqual(was.toSorted(byText));
    });
  expect(perturbed).toEqual(perturbRows(rows, athletesSchema, 1));
  expect(steerRows(perturbed, athletesSchema, missing, 7)).toEqual({ rows: steered, met });
  expect(steerRows(perturbed, athletesSchema, missing, 8).rows).not.toEqual(steered);
});

test('values that stand nowhere, single ones and tables that nothing ties together are left alone', () => {
  const loose: DatabaseSchema = {
    tables: [...athletesSchema.tables, { name: 'Alone', columns: [{ name: 'word', type: 'text' }] }],
  };
  const all = { ...rows, Alone: [['x']] };
  const athlete = { table: 'Athlete', column: 'name', value: athletes[0] ?? null };
  const cells: NamedCell[][] = [
    [athlete],
    [athlete, { table: 'Medal', column: 'type', value: 'MedalWood' }],
    [athlete, { table: 'Alone', column: 'word', value: 'x' }],
  ];
  expect(missingCombinations(all, loose, cells)).toEqual([]);
  expect(steerRows(all, loose, cells, 1)).toEqual({ rows: all, met: 0 });
});

test('every second copy is steered, each to other values', () => {
  const questions = asked.map((bindings) => ({ bindings, answer: 'Yes' }));
  const copies = changedCopies(rows, athletesSchema, questions, { copies: 4, seed: 3 });
  expect(copies[0]).toEqual(perturbRows(rows, athletesSchema, 3, 0));
  expect(copies[1]).not.toEqual(perturbRows(rows, athletesSchema, 3, 1));
  expect(copies[2]).toEqual(perturbRows(rows, athletesSchema, 3, 2));
  expect(changedCopies(rows, athletesSchema, questions, { copies: 4, seed: 3 })).toEqual(copies);
  const never = questions.map(({ bindings }) => ({ bindings, answer: 'No' }));
  expect(changedCopies(rows, athletesSchema, never, { copies: 4, seed: 3 })[1]).not.toEqual(copies[1]);
});

const column = (from: TableRows, table: string, place: number): Cell[] =>
  (from[table] ?? []).map((row) => row[place] ?? null);
const byText = (a: Cell, b: Cell): number => (String(a) < String(b) ? -1 : 1);
const same = (value: Cell | undefined, cell: NamedCell): boolean =>
  String(value).toLowerCase() === String(cell.value).toLowerCase();

/** The join of athletes, tournaments, formats and medals, written out by hand. */
function joins(from: TableRows): Record<string, Cell>[] {
  const byKey = (table: string) => new Map((from[table] ?? []).map((row) => [row[0], row]));
  const [formats, held, people] = [byKey('Format'), byKey('Tournament'), byKey('Athlete')];
  return (from['Medal'] ?? []).map((medal) => {
    const format = formats.get(medal[1] ?? null) ?? [];
    const tournament = held.get(format[1] ?? null) ?? [];
    const athlete = people.get(tournament[1] ?? null) ?? [];
    return {
      'Athlete.name': athlete[1] ?? null,
      'Tournament.name': tournament[2] ?? null,
      'Medal.type': medal[2] ?? null,
      'Medal.year': medal[3] ?? null,
    };
  });
}
