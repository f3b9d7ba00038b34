/** Question types of the built-in world that list, rank or compare. */
import { cityKnown, colour, distinct, mostFrequent, type Win, years, yesNo } from './career.ts';
import type { QuestionType } from './question-type.ts';

const size = (wins: readonly Win[], keep: (win: Win) => boolean): number => wins.filter(keep).length;

const listed = <T extends string | number>(values: readonly T[]): T[] | null =>
  values.length === 0 ? null : distinct(values);

export const comparingQuestions: QuestionType[] = [
  {
    name: 'best-year',
    wordings: ['Which year gave {a} the most medals?'],
    answer: ({ wins }) => mostFrequent(years(wins)),
  },
  {
    name: 'best-tournament',
    wordings: ['Which tournament gave {a} the most medals?'],
    answer: ({ wins }) => mostFrequent(wins.map(({ tournament }) => tournament)),
  },
  {
    name: 'best-format',
    wordings: ['Which format gave {a} the most medals?'],
    answer: ({ wins }) => mostFrequent(wins.map(({ format }) => format)),
  },
  {
    name: 'best-city',
    wordings: ['Which city gave {a} the most medals?'],
    answer: ({ wins }) => (cityKnown(wins) ? mostFrequent(wins.map(({ city }) => city)) : null),
  },
  {
    name: 'usual-colour',
    wordings: ['Which medal colour is the most common for {a}?'],
    answer: ({ wins }) => mostFrequent(wins.map(({ type }) => colour(type))),
  },
  {
    name: 'cities-of-tournament',
    wordings: ['List the cities where {a} got a medal at the {t}.'],
    answer: ({ wins }, { tournament }) => {
      const there = wins.filter((win) => win.tournament === tournament);
      return cityKnown(there) ? listed(there.map(({ city }) => city)) : null;
    },
  },
  {
    name: 'years-of-colour',
    wordings: ['List the years that gave {a} a {k1}.'],
    answer: ({ wins }, { type }) => listed(years(wins.filter((win) => win.type === type))),
  },
  {
    name: 'years-of-tournament',
    wordings: ['List the years that gave {a} a medal at the {t}.'],
    answer: ({ wins }, { tournament }) => listed(years(wins.filter((win) => win.tournament === tournament))),
  },
  {
    name: 'formats-of-tournament',
    wordings: ['List the formats that gave {a} a medal at the {t}.'],
    answer: ({ wins }, { tournament }) =>
      listed(wins.filter((win) => win.tournament === tournament).map(({ format }) => format)),
  },
  {
    name: 'tournaments-of-year',
    wordings: ['List the tournaments where {a} got a medal during {y}.'],
    answer: ({ wins }, { year }) => listed(wins.filter((win) => win.year === year).map(({ tournament }) => tournament)),
  },
  {
    name: 'tournaments-of-city',
    wordings: ['List the tournaments where {a} got a medal with {c} as the host.'],
    answer: ({ wins }, { city }) => listed(wins.filter((win) => win.city === city).map(({ tournament }) => tournament)),
  },
  {
    name: 'has-colour-at-tournament',
    wordings: ['Is there a {k1} for {a} from the {t}?'],
    answer: ({ wins }, m) => [
      yesNo(wins.some(({ type, tournament }) => type === m.type && tournament === m.tournament)),
    ],
  },
  {
    name: 'has-year',
    wordings: ['Is there a medal for {a} from the year {y}?'],
    answer: ({ wins }, { year }) => [yesNo(years(wins).includes(year))],
  },
  {
    name: 'has-city',
    wordings: ['Is there a medal for {a} from {c}?'],
    answer: ({ wins }, { city }) => [yesNo(wins.some((win) => win.city === city))],
  },
  {
    name: 'colour-outnumbers',
    wordings: ['Are there more {k} than {k2} in the record of {a}?'],
    answer: ({ wins }, m) => [
      yesNo(size(wins, ({ type }) => type === m.type) > size(wins, ({ type }) => type === m.otherType)),
    ],
  },
  {
    name: 'tournament-outnumbers',
    wordings: ['Are there more medals for {a} from the {t} than from the {t2}?'],
    answer: ({ wins }, m) => [
      yesNo(
        size(wins, ({ tournament }) => tournament === m.tournament) >
          size(wins, ({ tournament }) => tournament === m.otherTournament),
      ),
    ],
  },
  {
    name: 'colour-difference',
    wordings: ['Subtract the number of {k2} from the number of {k} of {a}.'],
    answer: ({ wins }, m) => [
      size(wins, ({ type }) => type === m.type) - size(wins, ({ type }) => type === m.otherType),
    ],
  },
];
