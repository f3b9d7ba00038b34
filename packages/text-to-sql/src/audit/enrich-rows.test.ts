import { expect, test } from 'vitest';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { athletesSchema, type Cell, type TableRows } from '../databases/schema.ts';
import { enrichRows } from './enrich-rows.ts';
import type { NamedCell } from './named-values.ts';

const { rows } = generateWorld({ seed: 1 });

/** Medals by athlete's name. */
function medals(from: TableRows): Map<Cell, number> {
  const place = (table: string) => new Map((from[table] ?? []).map((row) => [row[0], row]));
  const [formats, tournaments, athletes] = [place('Format'), place('Tournament'), place('Athlete')];
  const counts = new Map<Cell, number>((from['Athlete'] ?? []).map((row) => [row[1] ?? null, 0]));
  for (const medal of from['Medal'] ?? []) {
    const tournament = tournaments.get(formats.get(medal[1] ?? null)?.[1] ?? null);
    const name = athletes.get(tournament?.[1] ?? null)?.[1] ?? null;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

const before = medals(rows);
const poorest = [...before].toSorted(([, a], [, b]) => a - b).slice(0, 5);
const cells: NamedCell[] = poorest.map(([value]) => ({ table: 'Athlete', column: 'name', value }));

test('those with the fewest rows get many; no name is lost and no other column changes', () => {
  const enriched = enrichRows(rows, athletesSchema, cells, 4);
  const after = medals(enriched);
  const middle = [...before.values()].toSorted((a, b) => a - b)[before.size >> 1] as number;
  for (const [name, had] of poorest) {
    expect(after.get(name)).toBeGreaterThan(had);
    expect(after.get(name)).toBeGreaterThanOrEqual(middle);
  }
  expect(new Set(after.keys())).toEqual(new Set(before.keys()));
  expect({ ...enriched, Athlete: [] }).toEqual({ ...rows, Athlete: [] });
  expect(enrichRows(rows, athletesSchema, cells, 4)).toEqual(enriched);
});

test('of more values than rich rows some are drawn, others by another key; unknown ones are left out', () => {
  const all = [...before.keys()].map((value) => ({ table: 'Athlete', column: 'name', value }));
  const [one, other] = [enrichRows(rows, athletesSchema, all, 1), enrichRows(rows, athletesSchema, all, 2)];
  expect(one).not.toEqual(other);
  expect(new Set(medals(one).keys())).toEqual(new Set(before.keys()));
  expect(enrichRows(rows, athletesSchema, [{ table: 'Athlete', column: 'name', value: 'nobody' }], 1)).toEqual(rows);
});
