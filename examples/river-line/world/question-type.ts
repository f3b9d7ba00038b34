/** What a type of question about the river line is, and the plain computations that answers are made of. */
import type { Boat, Captain, Line, River, Route, Town, Voyage, Yard } from './invent-line.ts';

/** Values a question may mention: mostly those of one voyage, now and then others. */
export interface Mentions {
  boat: Boat;
  otherBoat: Boat;
  captain: Captain;
  route: Route;
  otherRoute: Route;
  river: River;
  town: Town;
  yard: Yard;
  good: string;
  part: string;
  season: string;
  kind: string;
  year: number;
  otherYear: number;
  number: number;
}

export type Answer = (string | number)[] | null;

export interface QuestionType {
  name: string;
  /**
   * Wordings: {b} and {b2} boats, {c} captain, {r} and {r2} routes, {v} river, {t} town, {s} shipyard, {g} good, {p} part,
   * {q} season, {k} kind of boat, {y} and {y2} years, {n} number.
   */
  wordings: readonly string[];
  /** The answer's parts, or null where the question makes no sense. */
  answer: (line: Line, mentions: Mentions) => Answer;
}

export const distinct = <T>(values: readonly T[]): T[] => [...new Set(values)];

/** Nothing to list is no question. */
export const listed = <T extends string | number>(values: readonly T[]): Answer =>
  values.length === 0 ? null : distinct(values);

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** Mean, rounded as people round. */
export const roundedMean = (values: readonly number[]): Answer =>
  values.length === 0 ? null : [Math.round(sum(values) / values.length)];

export const highest = (values: readonly number[]): Answer => (values.length === 0 ? null : [Math.max(...values)]);

export const lowest = (values: readonly number[]): Answer => (values.length === 0 ? null : [Math.min(...values)]);

/** Keys with the highest total, ties included. */
export function leading<T, K extends string | number>(
  items: readonly T[],
  key: (item: T) => K,
  amount: (item: T) => number = () => 1,
): Answer {
  const totals = new Map<K, number>();
  for (const item of items) totals.set(key(item), (totals.get(key(item)) ?? 0) + amount(item));
  const most = Math.max(...totals.values());
  return totals.size === 0 ? null : [...totals].filter(([, total]) => total === most).map(([name]) => name);
}

export const yesNo = (holds: boolean): Answer => [holds ? 'Yes' : 'No'];

export const ofBoat = ({ voyages }: Line, { boat }: Mentions): Voyage[] =>
  voyages.filter((voyage) => voyage.boat === boat);

export const ofCaptain = ({ voyages }: Line, { captain }: Mentions): Voyage[] =>
  voyages.filter((voyage) => voyage.captain === captain);

export const firstYear = (voyages: readonly Voyage[]): number => Math.min(...voyages.map(({ year }) => year));
