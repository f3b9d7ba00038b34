/** Question types of the built-in world that are answered by counting medals under a condition. */
import { type Career, distinct, type Win, years } from './career.ts';
import type { Mentions, QuestionType } from './question-type.ts';

const counting = (
  name: string,
  wordings: QuestionType['wordings'],
  keep: (win: Win, mentions: Mentions, career: Career) => boolean,
): QuestionType => ({
  name,
  wordings,
  answer: (career, mentions) => [career.wins.filter((win) => keep(win, mentions, career)).length],
});

const ageBetween =
  (low: number, high: number): QuestionType['answer'] =>
  ({ born, wins }) =>
    born === undefined ? null : [wins.filter(({ year }) => year - born >= low && year - born <= high).length];

export const countingQuestions: QuestionType[] = [
  counting(
    'total',
    ['How many medals are there in the record of {a}?', 'Count all medals that went to {a}.'],
    () => true,
  ),
  counting(
    'of-colour',
    ['How many {k} are there in the record of {a}?', 'Count the {k} that went to {a}.'],
    ({ type }, m) => type === m.type,
  ),
  counting(
    'at-tournament',
    ['How many medals went to {a} at the {t}?', 'Of the medals of {a}, how many come from the {t}?'],
    ({ tournament }, m) => tournament === m.tournament,
  ),
  counting(
    'in-format',
    ['How many medals went to {a} for {f}?', 'Of the medals of {a}, how many are for {f}?'],
    ({ format }, m) => format === m.format,
  ),
  counting(
    'in-year',
    ['During {y}, how many medals went to {a}?', 'Count the medals of {a} for the year {y}.'],
    ({ year }, m) => year === m.year,
  ),
  counting(
    'in-city',
    ['With {c} as the host, how many medals went to {a}?', 'Of the medals of {a}, how many come from {c}?'],
    ({ city }, m) => city === m.city,
  ),
  counting(
    'colour-at-tournament',
    ['How many {k} went to {a} at the {t}?', 'Count the {k} of {a} from the {t}.'],
    ({ type, tournament }, m) => type === m.type && tournament === m.tournament,
  ),
  counting(
    'colour-in-format',
    ['How many {k} went to {a} for {f}?'],
    ({ type, format }, m) => type === m.type && format === m.format,
  ),
  counting(
    'colour-in-year',
    ['During {y}, how many {k} went to {a}?'],
    ({ type, year }, m) => type === m.type && year === m.year,
  ),
  counting(
    'format-at-tournament',
    ['For {f} at the {t}, how many medals went to {a}?'],
    ({ format, tournament }, m) => format === m.format && tournament === m.tournament,
  ),
  counting('from-year-on', ['From {y} onwards, how many medals went to {a}?'], ({ year }, m) => year >= m.year),
  counting(
    'before-year',
    ['Up to but not including {y}, how many medals went to {a}?'],
    ({ year }, m) => year < m.year,
  ),
  {
    name: 'tournaments',
    wordings: ['How many different tournaments gave {a} a medal?'],
    answer: ({ wins }) => [distinct(wins.map(({ tournament }) => tournament)).length],
  },
  {
    name: 'formats',
    wordings: ['How many different formats gave {a} a medal?'],
    answer: ({ wins }) => [distinct(wins.map(({ format }) => format)).length],
  },
  {
    name: 'years',
    wordings: ['How many different years gave {a} a medal?'],
    answer: ({ wins }) => [distinct(years(wins)).length],
  },
  { name: 'teens', wordings: ['As a teenager, how many medals did {a} get?'], answer: ageBetween(13, 19) },
  { name: 'twenties', wordings: ['Aged 20 to 29, how many medals did {a} get?'], answer: ageBetween(20, 29) },
];
