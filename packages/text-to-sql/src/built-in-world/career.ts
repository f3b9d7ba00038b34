/** An athlete's medals laid flat, and the plain computations that answers are made of. */
import type { Infobox, MedalType } from '../datasets/parse-infobox.ts';

export interface Win {
  tournament: string;
  format: string;
  type: MedalType;
  year: number;
  city: string;
}

export interface Career {
  athlete: string;
  born: number | undefined;
  /** Never empty. */
  wins: Win[];
}

export function careerOf({ athlete, birth, tournaments }: Infobox): Career {
  const wins = tournaments.flatMap((tournament) =>
    tournament.formats.flatMap((format) =>
      format.medals.map((medal) => ({ ...medal, tournament: tournament.name, format: format.name })),
    ),
  );
  return { athlete, born: birth?.year, wins };
}

/** "Gold" of MedalGold: how answers name a colour. */
export const colour = (type: MedalType): string => type.slice('Medal'.length);

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

export const years = (wins: readonly Win[]): number[] => wins.map(({ year }) => year);

export const first = (wins: readonly Win[]): number => Math.min(...years(wins));

export const last = (wins: readonly Win[]): number => Math.max(...years(wins));

/** The value that most of the items have, ties included. */
export function mostFrequent<T>(values: readonly T[]): T[] {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const most = Math.max(...counts.values());
  return [...counts].filter(([, count]) => count === most).map(([value]) => value);
}

export const yesNo = (holds: boolean): string => (holds ? 'Yes' : 'No');

/** A city that the source leaves open cannot be asked for. */
export const cityKnown = (wins: readonly Win[]): boolean => wins.every(({ city }) => city !== '');
