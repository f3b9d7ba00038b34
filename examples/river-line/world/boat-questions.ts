/** Questions about the voyages of a boat. */
import type { Voyage } from './invent-line.ts';
import {
  distinct,
  firstYear,
  highest,
  leading,
  listed,
  lowest,
  type Mentions,
  ofBoat,
  type QuestionType,
  roundedMean,
  sum,
  yesNo,
} from './question-type.ts';

const counting = (
  name: string,
  wordings: readonly string[],
  keep: (voyage: Voyage, mentions: Mentions) => boolean,
): QuestionType => ({
  name,
  wordings,
  answer: (line, m) => [ofBoat(line, m).filter((voyage) => keep(voyage, m)).length],
});

export const boatQuestions: QuestionType[] = [
  counting(
    'boat-trips',
    ['How often did the {b} leave the quay?', 'How many trips does the logbook of the {b} hold?'],
    () => true,
  ),
  counting(
    'boat-trips-in-year',
    ['How often did the {b} leave the quay in {y}?', 'For {y}, how many trips does the logbook of the {b} hold?'],
    ({ year }, m) => year === m.year,
  ),
  counting(
    'boat-trips-on-route',
    ['How often was the {b} sent along the {r}?', 'How many runs on the {r} fell to the {b}?'],
    ({ route }, m) => route === m.route,
  ),
  counting(
    'boat-trips-with-captain',
    ['With {c} at the wheel, how often did the {b} leave the quay?', 'How many trips of the {b} were under {c}?'],
    ({ captain }, m) => captain === m.captain,
  ),
  counting(
    'boat-trips-in-season',
    ['How many {q} trips does the logbook of the {b} hold?', 'In {q}, how often did the {b} leave the quay?'],
    ({ season }, m) => season === m.season,
  ),
  counting(
    'boat-trips-from-year',
    ['From {y} on, how often did the {b} leave the quay?'],
    ({ year }, m) => year >= m.year,
  ),
  // no word list says what "on time" is
  counting('boat-on-time', ['How often was the {b} on time?'], ({ delay }) => delay === 0),
  {
    name: 'boat-guests',
    wordings: ['How many people has the {b} carried?', 'All told, how many guests went aboard the {b}?'],
    answer: (line, m) => [sum(ofBoat(line, m).map(({ passengers }) => passengers))],
  },
  {
    name: 'boat-guests-in-year',
    wordings: ['How many people did the {b} carry in {y}?', 'In {y}, how many guests went aboard the {b}?'],
    // a year without a trip carried nobody
    answer: (line, m) => [
      sum(
        ofBoat(line, m)
          .filter(({ year }) => year === m.year)
          .map(({ passengers }) => passengers),
      ),
    ],
  },
  {
    name: 'boat-usual-guests',
    wordings: [
      'How many people are aboard the {b} as a rule?',
      'To the nearest whole, what does the {b} carry each time?',
    ],
    answer: (line, m) => roundedMean(ofBoat(line, m).map(({ passengers }) => passengers)),
  },
  {
    name: 'boat-fullest',
    wordings: ['How full has the {b} ever been?', 'What is the record crowd aboard the {b}?'],
    answer: (line, m) => highest(ofBoat(line, m).map(({ passengers }) => passengers)),
  },
  {
    name: 'boat-worst-delay',
    wordings: ['How late was the {b} at its worst?', 'How many minutes was the {b} behind on its slowest day?'],
    answer: (line, m) => highest(ofBoat(line, m).map(({ delay }) => delay)),
  },
  {
    name: 'boat-begin',
    wordings: ['Since when does the {b} run?', 'When does the logbook of the {b} begin?'],
    answer: (line, m) => lowest(ofBoat(line, m).map(({ year }) => year)),
  },
  {
    name: 'boat-end',
    wordings: ['When did the {b} last leave the quay?', 'When does the logbook of the {b} end?'],
    answer: (line, m) => highest(ofBoat(line, m).map(({ year }) => year)),
  },
  {
    name: 'boat-captains',
    wordings: ['Who has steered the {b}?', 'Who was ever at the wheel of the {b}?'],
    answer: (line, m) => listed(ofBoat(line, m).map(({ captain }) => captain.name)),
  },
  {
    name: 'boat-captain-count',
    wordings: ['How many people have steered the {b}?', 'Through how many hands did the wheel of the {b} go?'],
    answer: (line, m) => [distinct(ofBoat(line, m).map(({ captain }) => captain)).length],
  },
  {
    name: 'boat-routes-in-year',
    wordings: ['Where did the {b} go in {y}?'],
    answer: (line, m) =>
      listed(
        ofBoat(line, m)
          .filter(({ year }) => year === m.year)
          .map(({ route }) => route.name),
      ),
  },
  {
    name: 'boat-rivers',
    wordings: ['What waters has the {b} been on?'],
    answer: (line, m) => listed(ofBoat(line, m).map(({ route }) => route.river.name)),
  },
  {
    name: 'boat-usual-route',
    wordings: ['Where does the {b} mostly go?', 'What is the usual run of the {b}?'],
    answer: (line, m) => leading(ofBoat(line, m), ({ route }) => route.name),
  },
  {
    // by trips, not by guests: people say the same of both
    name: 'boat-busiest-year',
    wordings: ['When was the {b} busiest?', 'What was the busiest time of the {b}?'],
    answer: (line, m) => leading(ofBoat(line, m), ({ year }) => year),
  },
  {
    name: 'boat-ever-on-route',
    wordings: ['Has the {b} ever been on the {r}?', 'Did anybody ever send the {b} along the {r}?'],
    answer: (line, m) => yesNo(ofBoat(line, m).some(({ route }) => route === m.route)),
  },
  {
    name: 'boat-rather-on-route',
    wordings: ['Is the {b} sent along the {r} more than along the {r2}?'],
    answer: (line, m) => {
      const runs = (name: string) => ofBoat(line, m).filter(({ route }) => route.name === name).length;
      return yesNo(runs(m.route.name) > runs(m.otherRoute.name));
    },
  },
  {
    name: 'boat-first-captains',
    wordings: ['Who was at the wheel when the logbook of the {b} begins?'],
    answer: (line, m) => {
      const own = ofBoat(line, m);
      return listed(own.filter(({ year }) => year === firstYear(own)).map(({ captain }) => captain.name));
    },
  },
  {
    // answers name route and year in a form of their own
    name: 'boat-first-run',
    wordings: ['What was the first run of the {b}?', 'How did the {b} begin?'],
    answer: (line, m) => {
      const own = ofBoat(line, m);
      return listed(
        own.filter(({ year }) => year === firstYear(own)).map(({ route, year }) => `${route.name} in ${year}`),
      );
    },
  },
];
