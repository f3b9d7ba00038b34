/** Invents the athletes of the built-in world: careers of plausible length, with medals in a few tournaments and formats. */
import { type Infobox, medalTypes } from '../datasets/parse-infobox.ts';
import { type Draw, keyedDraw } from '../random.ts';
import { cities, formats, inventPerson, tournaments } from './names.ts';

const stream = 1;
const lastSeason = 2024;

/** `count` athletes with distinct names; some without a birth date, some medals without a city. */
export function inventAthletes(seed: number, count: number): Infobox[] {
  const taken = new Set<string>();
  return Array.from({ length: count }, (_, index) => {
    const draw = keyedDraw(seed, stream, index);
    let athlete = inventPerson(draw);
    while (taken.has(athlete.toLowerCase())) athlete = inventPerson(draw);
    taken.add(athlete.toLowerCase());
    return inventCareer(draw, athlete);
  });
}

function inventCareer(draw: Draw, athlete: string): Infobox {
  const born = between(draw, 1955, 1997);
  const from = born + between(draw, 15, 22);
  const career = { from, years: Math.min(between(draw, 3, 20), lastSeason + 1 - from) };
  const strengths = sample(draw, formats, between(draw, 1, 4));
  const entered = sample(draw, tournaments, between(draw, 1, 6)).map((name) => ({
    name,
    formats: sample(draw, strengths, between(draw, 1, Math.min(3, strengths.length))).map((format) => ({
      name: format,
      medals: inventMedals(draw, career),
    })),
  }));
  const birth = { year: born, month: between(draw, 1, 12), day: between(draw, 1, 28) };
  return { athlete, ...(draw.chance(0.95) ? { birth } : {}), tournaments: entered };
}

/** At most one medal a year and format, as in life. */
function inventMedals(draw: Draw, { from, years }: { from: number; years: number }) {
  const span = Array.from({ length: years }, (_, index) => from + index);
  return sample(draw, span, Math.min(years, between(draw, 1, 5)))
    .sort((a, b) => a - b)
    .map((year) => ({ type: draw.pick(medalTypes), year, city: draw.chance(0.99) ? draw.pick(cities) : '' }));
}

const between = (draw: Draw, low: number, high: number): number => low + Math.floor(draw.uniform() * (high - low + 1));

function sample<T>(draw: Draw, items: readonly T[], count: number): T[] {
  const left = [...items];
  return Array.from({ length: count }, () => left.splice(Math.floor(draw.uniform() * left.length), 1)[0] as T);
}
