/** The river line as rows of its tables. */
import type { Cell, TableRows } from '@queryloop/text-to-sql';
import type { Line } from './invent-line.ts';
import { goods } from './names.ts';

export function lineRows(line: Line): TableRows {
  const id = <T>(items: readonly T[], item: T | null): Cell => (item === null ? null : items.indexOf(item) + 1);
  const loads = line.voyages.flatMap((voyage, v) => voyage.loads.map((load) => ({ ...load, voyage: v + 1 })));
  return {
    River: line.rivers.map((river, i) => [i + 1, river.name, river.lengthKm]),
    Town: line.towns.map((town, i) => [i + 1, town.name, id(line.rivers, town.river), town.inhabitants]),
    Shipyard: line.yards.map((yard, i) => [i + 1, yard.name, id(line.towns, yard.town)]),
    Boat: line.boats.map((boat, i) => [
      i + 1,
      boat.name,
      id(line.yards, boat.yard),
      boat.kind,
      boat.launched,
      boat.seats,
    ]),
    Captain: line.captains.map((captain, i) => [i + 1, captain.name, captain.born, id(line.towns, captain.home)]),
    Route: line.routes.map((route, i) => [i + 1, route.name, id(line.rivers, route.river), route.distanceKm]),
    Voyage: line.voyages.map((voyage, i) => [
      i + 1,
      id(line.boats, voyage.boat),
      id(line.captains, voyage.captain),
      id(line.routes, voyage.route),
      voyage.year,
      voyage.season,
      voyage.passengers,
      voyage.delay,
    ]),
    Good: goods.map((good, i) => [i + 1, good]),
    Cargo: loads.map(({ voyage, good, tonnes }, i) => [i + 1, voyage, goods.indexOf(good) + 1, tonnes]),
    Repair: line.repairs.map((repair, i) => [
      i + 1,
      id(line.boats, repair.boat),
      id(line.yards, repair.yard),
      repair.part,
      repair.year,
      repair.cost,
    ]),
  };
}
