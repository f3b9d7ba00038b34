/** Questions about captains. */
import {
  distinct,
  firstYear,
  highest,
  leading,
  listed,
  lowest,
  ofCaptain,
  type QuestionType,
  sum,
  yesNo,
} from './question-type.ts';

export const captainQuestions: QuestionType[] = [
  {
    name: 'captain-trips',
    wordings: ['How many crossings has {c} commanded?', 'How often was {c} at the wheel?'],
    answer: (line, m) => [ofCaptain(line, m).length],
  },
  {
    name: 'captain-trips-in-year',
    wordings: ['How many crossings did {c} command in {y}?', 'In {y}, how often was {c} at the wheel?'],
    answer: (line, m) => [ofCaptain(line, m).filter(({ year }) => year === m.year).length],
  },
  {
    name: 'captain-trips-on-route',
    wordings: ['How many crossings on the {r} has {c} commanded?'],
    answer: (line, m) => [ofCaptain(line, m).filter(({ route }) => route === m.route).length],
  },
  {
    name: 'captain-boats',
    wordings: ['What has {c} steered?', 'What boats were in the hands of {c}?'],
    answer: (line, m) => listed(ofCaptain(line, m).map(({ boat }) => boat.name)),
  },
  {
    name: 'captain-boat-count',
    wordings: ['How many boats were in the hands of {c}?'],
    answer: (line, m) => [distinct(ofCaptain(line, m).map(({ boat }) => boat)).length],
  },
  {
    name: 'captain-guests',
    wordings: ['How many people has {c} brought across?'],
    answer: (line, m) => [sum(ofCaptain(line, m).map(({ passengers }) => passengers))],
  },
  {
    name: 'captain-begin',
    wordings: ['Since when is {c} at the wheel?', 'When did {c} first command a crossing?'],
    answer: (line, m) => lowest(ofCaptain(line, m).map(({ year }) => year)),
  },
  {
    name: 'captain-end',
    wordings: ['When did {c} last command a crossing?'],
    answer: (line, m) => highest(ofCaptain(line, m).map(({ year }) => year)),
  },
  {
    name: 'captain-age-at-first',
    wordings: ['How old did {c} turn the year of the first crossing?'],
    answer: (line, m) => {
      const own = ofCaptain(line, m);
      return m.captain.born === null || own.length === 0 ? null : [firstYear(own) - m.captain.born];
    },
  },
  {
    name: 'captain-span',
    wordings: ['From first crossing to last, how many years was {c} at the wheel?'],
    answer: (line, m) => {
      const years = ofCaptain(line, m).map(({ year }) => year);
      return years.length === 0 ? null : [Math.max(...years) - Math.min(...years)];
    },
  },
  {
    name: 'captain-usual-boat',
    wordings: ['What does {c} mostly steer?'],
    answer: (line, m) => leading(ofCaptain(line, m), ({ boat }) => boat.name),
  },
  {
    // answers name route and year in a form of their own
    name: 'captain-first-run',
    wordings: ['What was the first run of {c}?', 'How did the career of {c} begin?'],
    answer: (line, m) => {
      const own = ofCaptain(line, m);
      return listed(
        own.filter(({ year }) => year === firstYear(own)).map(({ route, year }) => `${route.name} in ${year}`),
      );
    },
  },
  {
    name: 'captain-ever-aboard',
    wordings: ['Was the {b} ever in the hands of {c}?'],
    answer: (line, m) => yesNo(ofCaptain(line, m).some(({ boat }) => boat === m.boat)),
  },
  {
    name: 'captain-born',
    wordings: ['When was {c} born?', 'What year did {c} come into the world?'],
    answer: (_, { captain }) => (captain.born === null ? null : [captain.born]),
  },
  {
    name: 'captain-home',
    wordings: ['Where is {c} at home?', 'Where does {c} come from?'],
    answer: (_, { captain }) => [captain.home.name],
  },
  {
    name: 'captains-from-town',
    wordings: ['Who comes from {t}?'],
    answer: ({ captains }, { town }) => listed(captains.filter(({ home }) => home === town).map(({ name }) => name)),
  },
];
