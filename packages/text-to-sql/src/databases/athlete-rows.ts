/** Lays infoboxes out as rows of the athletes schema. */
import { type Infobox, parseInfobox } from '../datasets/parse-infobox.ts';
import type { Cell, TableRows } from './schema.ts';

/** Rows of `athletesSchema`, ids counted from 1 in the order given; an unknown city is NULL. */
export function athleteRows(infoboxes: Iterable<Infobox>): TableRows {
  const athlete: Cell[][] = [];
  const personal: Cell[][] = [];
  const tournament: Cell[][] = [];
  const format: Cell[][] = [];
  const medal: Cell[][] = [];
  for (const box of infoboxes) {
    const athleteId = athlete.length + 1;
    athlete.push([athleteId, box.athlete]);
    if (box.birth) personal.push([personal.length + 1, athleteId, box.birth.year, box.birth.month, box.birth.day]);
    for (const { name, formats } of box.tournaments) {
      const tournamentId = tournament.length + 1;
      tournament.push([tournamentId, athleteId, name]);
      for (const { name: formatName, medals } of formats) {
        const formatId = format.length + 1;
        format.push([formatId, tournamentId, formatName]);
        for (const { type, year, city } of medals)
          medal.push([medal.length + 1, formatId, type, year, city === '' ? null : city]);
      }
    }
  }
  return { Athlete: athlete, PersonalInformation: personal, Tournament: tournament, Format: format, Medal: medal };
}

/** Rows rebuilt from the contexts of a split; a context that several questions share counts once. */
export function rowsFromContexts(contexts: Iterable<string>): TableRows {
  return athleteRows([...new Set(contexts)].map(parseInfobox));
}
