/** Questions about the line as a whole, its routes, rivers and towns. */
import { leading, listed, type QuestionType, sum, yesNo } from './question-type.ts';

export const lineQuestions: QuestionType[] = [
  {
    name: 'line-trips-in-year',
    wordings: [
      'How many departures did the whole line count in {y}?',
      'In {y}, how often did anything leave the quay?',
    ],
    answer: ({ voyages }, m) => [voyages.filter(({ year }) => year === m.year).length],
  },
  {
    name: 'line-guests-in-year',
    wordings: ['How many people did the whole line carry in {y}?'],
    answer: ({ voyages }, m) => [
      sum(voyages.filter(({ year }) => year === m.year).map(({ passengers }) => passengers)),
    ],
  },
  {
    name: 'route-trips',
    wordings: ['How often was the {r} served?', 'How many departures does the {r} count?'],
    answer: ({ voyages }, m) => [voyages.filter(({ route }) => route === m.route).length],
  },
  {
    name: 'route-boats',
    wordings: ['What has been sent along the {r}?', 'What boats serve the {r}?'],
    answer: ({ voyages }, m) => listed(voyages.filter(({ route }) => route === m.route).map(({ boat }) => boat.name)),
  },
  {
    name: 'route-top-captain',
    wordings: ['Who knows the {r} best, going by crossings?'],
    answer: ({ voyages }, m) =>
      leading(
        voyages.filter(({ route }) => route === m.route),
        ({ captain }) => captain.name,
      ),
  },
  {
    name: 'river-guests',
    wordings: ['How many people saw the {v} from aboard?'],
    answer: ({ voyages }, m) => [
      sum(voyages.filter(({ route }) => route.river === m.river).map(({ passengers }) => passengers)),
    ],
  },
  {
    name: 'line-busier-year',
    wordings: ['Did more boats leave the quay in {y} than in {y2}?', 'Was {y} busier than {y2}?'],
    answer: ({ voyages }, m) => {
      const trips = (of: number) => voyages.filter(({ year }) => year === of).length;
      return yesNo(trips(m.year) > trips(m.otherYear));
    },
  },
  {
    name: 'year-top-boat',
    wordings: ['What left the quay most in {y}?', 'What boat worked hardest in {y}?'],
    answer: ({ voyages }, m) =>
      leading(
        voyages.filter(({ year }) => year === m.year),
        ({ boat }) => boat.name,
      ),
  },
  {
    name: 'year-top-river',
    wordings: ['On what water was there most traffic in {y}?'],
    answer: ({ voyages }, m) =>
      leading(
        voyages.filter(({ year }) => year === m.year),
        ({ route }) => route.river.name,
      ),
  },
  {
    name: 'captains-with-trips-in-year',
    wordings: ['Who commanded {n} crossings or more in {y}?', 'Who was at the wheel {n} times or more in {y}?'],
    answer: ({ voyages, captains }, m) => {
      const trips = voyages.filter(({ year }) => year === m.year);
      return listed(
        captains
          .filter((each) => trips.filter(({ captain }) => captain === each).length >= m.number)
          .map(({ name }) => name),
      );
    },
  },
  {
    name: 'route-length',
    wordings: ['How far is it along the {r}?', 'How many kilometres does the {r} cover?'],
    answer: (_, { route }) => [route.distanceKm],
  },
  {
    name: 'river-routes',
    wordings: ['What can one travel on the {v}?', 'What runs are there on the {v}?'],
    answer: ({ routes }, { river }) => listed(routes.filter((route) => route.river === river).map(({ name }) => name)),
  },
  {
    name: 'route-river',
    wordings: ['What water does the {r} follow?'],
    answer: (_, { route }) => [route.river.name],
  },
  {
    name: 'town-people',
    wordings: ['How many people live in {t}?', 'How big is {t}?'],
    answer: (_, { town }) => [town.inhabitants],
  },
  {
    name: 'river-biggest-town',
    wordings: ['Where on the {v} do most people live?'],
    answer: ({ towns }, { river }) =>
      leading(
        towns.filter((town) => town.river === river),
        ({ name }) => name,
        ({ inhabitants }) => inhabitants,
      ),
  },
];
