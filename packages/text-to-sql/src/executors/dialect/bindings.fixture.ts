/** Values for the placeholders of generated queries: those of one athlete of the built-in world, and now and then of another. */
import type { TableRows } from '../../databases/schema.ts';
import type { Bindings } from '../../linking/bind-placeholders.ts';
import { type Draw, keyedDraw } from '../../random.ts';

type Row = readonly (string | number | null)[];

export function bindingsSampler(rows: TableRows): (...key: number[]) => Bindings {
  const { Athlete = [], Tournament = [], Format = [], Medal = [] } = rows;
  // Ids count from 1, and each table's second column refers to the one above it.
  const formatOf = (medal: Row): Row => Format[Number(medal[1]) - 1] ?? [];
  const tournamentOf = (medal: Row): Row => Tournament[Number(formatOf(medal)[1]) - 1] ?? [];
  const medalsOf = new Map<number, Row[]>();
  for (const medal of Medal) {
    const athlete = Number(tournamentOf(medal)[1]);
    medalsOf.set(athlete, [...(medalsOf.get(athlete) ?? []), medal]);
  }
  const drawOne = (draw: Draw, suffix: string, own: readonly Row[]): [string, string | number][] => {
    const medal = draw.pick(draw.chance(0.85) ? own : Medal);
    const [, , type, year, city] = medal;
    return [
      [`tournament${suffix}`, String(tournamentOf(medal)[2])],
      [`format${suffix}`, String(formatOf(medal)[2])],
      [`type${suffix}`, String(type)],
      [`year${suffix}`, Number(year)],
      [`city${suffix}`, String(city ?? 'Nowhere')],
    ];
  };
  return (...key) => {
    const draw = keyedDraw(...key);
    const athlete = draw.pick(Athlete);
    const own = medalsOf.get(Number(athlete[0])) ?? Medal;
    const values = ['', '2', '3'].flatMap((suffix) => drawOne(draw, suffix, own));
    return Object.fromEntries([
      ...values,
      ['athlete', String(athlete[1])],
      ['athlete2', String(draw.pick(Athlete)[1])],
    ]);
  };
}
