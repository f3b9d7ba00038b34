/** Invents the river line: boats, captains, voyages, cargo and repairs, as plain objects that answers are computed from. */
import { type Draw, keyedDraw } from '@queryloop/text-to-sql';
import { boats, families, given, goods, kinds, parts, rivers, routes, seasons, towns, yards } from './names.ts';

export interface River {
  name: string;
  lengthKm: number;
}
export interface Town {
  name: string;
  river: River;
  inhabitants: number;
}
export interface Yard {
  name: string;
  town: Town;
}
export interface Boat {
  name: string;
  yard: Yard;
  kind: string;
  launched: number;
  seats: number;
}
export interface Captain {
  name: string;
  /** Unknown for a few. */
  born: number | null;
  home: Town;
}
export interface Route {
  name: string;
  river: River;
  distanceKm: number;
}
export interface Load {
  good: string;
  tonnes: number;
}
export interface Voyage {
  boat: Boat;
  captain: Captain;
  route: Route;
  year: number;
  season: string;
  passengers: number;
  delay: number;
  loads: Load[];
}
export interface Repair {
  boat: Boat;
  /** Null where the crew did it. */
  yard: Yard | null;
  part: string;
  year: number;
  cost: number;
}
export interface Line {
  rivers: River[];
  towns: Town[];
  yards: Yard[];
  boats: Boat[];
  captains: Captain[];
  routes: Route[];
  voyages: Voyage[];
  repairs: Repair[];
}

const CAPTAINS = 48;
const FIRST_YEAR = 1988;
const LAST_YEAR = 2024;

const between = (draw: Draw, low: number, high: number): number => low + Math.floor(draw.uniform() * (high - low + 1));

/** @param seed the same seed gives the same line */
export function inventLine(seed: number): Line {
  const draw = keyedDraw(seed, 1);
  const allRivers = rivers.map(([name, lengthKm]) => ({ name, lengthKm }));
  const allTowns = towns.map((name) => ({
    name,
    river: draw.pick(allRivers),
    inhabitants: between(draw, 6, 900) * 100,
  }));
  const allYards = yards.map((name) => ({ name, town: draw.pick(allTowns) }));
  const allRoutes = routes.map((name) => ({ name, river: draw.pick(allRivers), distanceKm: between(draw, 4, 95) }));
  const allBoats = boats.map((name) => ({
    name,
    yard: draw.pick(allYards),
    kind: draw.pick(kinds),
    launched: between(draw, 1949, 2016),
    seats: between(draw, 6, 60) * 5,
  }));
  const crew = inventCrew(draw, allTowns);
  return {
    rivers: allRivers,
    towns: allTowns,
    yards: allYards,
    boats: allBoats,
    captains: crew.map(({ captain }) => captain),
    routes: allRoutes,
    voyages: allBoats.flatMap((boat, i) => inventVoyages(keyedDraw(seed, 2, i), boat, crew, allRoutes)),
    repairs: allBoats.flatMap((boat, i) => inventRepairs(keyedDraw(seed, 3, i), boat, allYards)),
  };
}

/** A captain and the years at the wheel. */
interface Service {
  captain: Captain;
  from: number;
  to: number;
}

function inventCrew(draw: Draw, homes: readonly Town[]): Service[] {
  const taken = new Set<string>();
  return Array.from({ length: CAPTAINS }, () => {
    let name = '';
    do name = `${draw.pick(given)} ${draw.pick(families)}`;
    while (taken.has(name));
    taken.add(name);
    const born = between(draw, 1935, 1992);
    const from = Math.max(FIRST_YEAR, born + between(draw, 22, 35));
    const captain = { name, born: draw.chance(0.06) ? null : born, home: draw.pick(homes) };
    return { captain, from, to: Math.min(LAST_YEAR, Math.max(from + 4, born + 66)) };
  });
}

/** A boat serves a few lines with a few captains, and more in some years than in others. */
function inventVoyages(draw: Draw, boat: Boat, crew: readonly Service[], lines: readonly Route[]): Voyage[] {
  const from = Math.max(FIRST_YEAR, boat.launched + between(draw, 0, 2), FIRST_YEAR + between(draw, -12, 18));
  const years = Array.from({ length: LAST_YEAR + 1 - from }, (_, i) => from + i).filter(() => draw.chance(0.55));
  const own = Array.from({ length: between(draw, 2, 5) }, () => draw.pick(lines));
  return years.flatMap((year) => {
    const aboard = crew.filter((service) => service.from <= year && year <= service.to);
    const few = aboard.filter((_, i) => (i * 7 + boat.name.length) % 5 === 0);
    return Array.from({ length: between(draw, 1, 5) }, () => ({
      boat,
      captain: draw.pick(few.length > 0 && draw.chance(0.85) ? few : aboard).captain,
      route: draw.pick(own),
      year,
      season: draw.pick(seasons),
      passengers: between(draw, 0, boat.seats),
      delay: draw.chance(0.45) ? 0 : between(draw, 1, 24) * 5,
      loads: inventLoads(draw),
    }));
  });
}

function inventLoads(draw: Draw): Load[] {
  const first = draw.pick(goods);
  const second = draw.pick(goods);
  if (draw.chance(0.3)) return [];
  const loads = [{ good: first, tonnes: between(draw, 1, 40) }];
  return second !== first && draw.chance(0.4) ? [...loads, { good: second, tonnes: between(draw, 1, 25) }] : loads;
}

function inventRepairs(draw: Draw, boat: Boat, docks: readonly Yard[]): Repair[] {
  const usual = draw.pick(docks);
  return Array.from({ length: between(draw, 3, 16) }, () => ({
    boat,
    yard: draw.chance(0.12) ? null : draw.chance(0.6) ? usual : draw.pick(docks),
    part: draw.pick(parts),
    year: Math.max(boat.launched + 1, between(draw, FIRST_YEAR, LAST_YEAR)),
    cost: between(draw, 2, 240) * 50,
  })).sort((a, b) => a.year - b.year);
}
