/** Question types of the built-in world about when: first, latest, spans and ages. */
import { type Career, cityKnown, colour, distinct, first, last, type Win } from './career.ts';
import type { QuestionType } from './question-type.ts';

const firstYear = ({ wins }: Career): Win[] => wins.filter(({ year }) => year === first(wins));
const lastYear = ({ wins }: Career): Win[] => wins.filter(({ year }) => year === last(wins));
const cities = (wins: readonly Win[]): string[] | null =>
  cityKnown(wins) ? distinct(wins.map(({ city }) => city)) : null;

export const timingQuestions: QuestionType[] = [
  {
    name: 'first-year',
    wordings: ['Which year gave {a} the very first medal?', 'When does the medal record of {a} begin?'],
    answer: ({ wins }) => [first(wins)],
  },
  {
    name: 'last-year',
    wordings: ['Which year gave {a} the latest medal so far?', 'When does the medal record of {a} end?'],
    answer: ({ wins }) => [last(wins)],
  },
  {
    name: 'first-city',
    wordings: ['List the cities where {a} got a medal during the first medal year.'],
    answer: (career) => cities(firstYear(career)),
  },
  {
    name: 'last-city',
    wordings: ['List the cities where {a} got a medal during the latest medal year.'],
    answer: (career) => cities(lastYear(career)),
  },
  {
    name: 'first-tournament',
    wordings: ['List the tournaments where {a} got a medal during the first medal year.'],
    answer: (career) => distinct(firstYear(career).map(({ tournament }) => tournament)),
  },
  {
    name: 'last-tournament',
    wordings: ['List the tournaments where {a} got a medal during the latest medal year.'],
    answer: (career) => distinct(lastYear(career).map(({ tournament }) => tournament)),
  },
  {
    name: 'first-format',
    wordings: ['List the formats that gave {a} a medal during the first medal year.'],
    answer: (career) => distinct(firstYear(career).map(({ format }) => format)),
  },
  {
    name: 'first-of-colour',
    wordings: ['Which year gave {a} the first {k1}?'],
    answer: ({ wins }, { type }) => bound(wins, (win) => win.type === type, first),
  },
  {
    name: 'last-of-colour',
    wordings: ['Which year gave {a} the latest {k1}?'],
    answer: ({ wins }, { type }) => bound(wins, (win) => win.type === type, last),
  },
  {
    name: 'first-at-tournament',
    wordings: ['Which year gave {a} the first medal at the {t}?'],
    answer: ({ wins }, { tournament }) => bound(wins, (win) => win.tournament === tournament, first),
  },
  {
    name: 'last-at-tournament',
    wordings: ['Which year gave {a} the latest medal at the {t}?'],
    answer: ({ wins }, { tournament }) => bound(wins, (win) => win.tournament === tournament, last),
  },
  {
    name: 'first-colours',
    wordings: ['List the medal colours of {a} during the first medal year.'],
    answer: (career) => distinct(firstYear(career).map(({ type }) => colour(type))),
  },
  {
    name: 'age-at-first',
    wordings: ['How old did {a} turn during the first medal year?'],
    answer: ({ born, wins }) => (born === undefined ? null : [first(wins) - born]),
  },
  {
    name: 'age-at-last',
    wordings: ['How old did {a} turn during the latest medal year?'],
    answer: ({ born, wins }) => (born === undefined ? null : [last(wins) - born]),
  },
  {
    name: 'span',
    wordings: ['How many years lie between the first and the latest medal of {a}?'],
    answer: ({ wins }) => [last(wins) - first(wins)],
  },
  {
    name: 'birth-year',
    wordings: ['What is the birth year of {a}?'],
    answer: ({ born }) => (born === undefined ? null : [born]),
  },
];

function bound(
  wins: readonly Win[],
  keep: (win: Win) => boolean,
  pick: (wins: readonly Win[]) => number,
): number[] | null {
  const kept = wins.filter(keep);
  return kept.length === 0 ? null : [pick(kept)];
}
