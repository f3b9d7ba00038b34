/** Questions about the boats themselves, their repairs and their cargo. */
import type { Line, Load, Repair } from './invent-line.ts';
import {
  highest,
  leading,
  listed,
  lowest,
  type Mentions,
  type QuestionType,
  roundedMean,
  sum,
} from './question-type.ts';

const repairsOf = ({ repairs }: Line, { boat }: Mentions): Repair[] => repairs.filter((repair) => repair.boat === boat);

const loadsOf = ({ voyages }: Line, { good }: Mentions): (Load & { boat: string; year: number })[] =>
  voyages.flatMap(({ loads, boat, year }) =>
    loads.filter((load) => load.good === good).map((load) => ({ ...load, boat: boat.name, year })),
  );

const cost = (repairs: readonly Repair[]): number => sum(repairs.map((repair) => repair.cost));

export const yardQuestions: QuestionType[] = [
  {
    name: 'boat-kind',
    wordings: ['What sort of vessel is the {b}?', 'How would one class the {b}?'],
    answer: (_, { boat }) => [boat.kind],
  },
  {
    name: 'boat-yard',
    wordings: ['Where was the {b} put together?', 'Who put the {b} together?'],
    answer: (_, { boat }) => [boat.yard.name],
  },
  {
    name: 'boat-launched',
    wordings: ['When did the {b} first touch water?', 'From what year is the {b}?'],
    answer: (_, { boat }) => [boat.launched],
  },
  {
    name: 'boat-seats',
    wordings: ['How many people can sit aboard the {b}?', 'What does the {b} hold?'],
    answer: (_, { boat }) => [boat.seats],
  },
  {
    name: 'yard-boats',
    wordings: ['What was put together by {s}?', 'What vessels came from {s}?'],
    answer: ({ boats }, m) => listed(boats.filter(({ yard }) => yard === m.yard).map(({ name }) => name)),
  },
  {
    name: 'yard-boat-count',
    wordings: ['How many vessels came from {s}?'],
    answer: ({ boats }, m) => [boats.filter(({ yard }) => yard === m.yard).length],
  },
  {
    name: 'yard-oldest',
    wordings: ['From what year is the oldest vessel of {s}?'],
    answer: ({ boats }, m) => lowest(boats.filter(({ yard }) => yard === m.yard).map(({ launched }) => launched)),
  },
  {
    name: 'kind-count-before-year',
    wordings: ['How many {k}s had touched water before {y}?'],
    answer: ({ boats }, m) => [boats.filter(({ kind, launched }) => kind === m.kind && launched < m.year).length],
  },
  {
    name: 'roomier-boat',
    wordings: ['Where can more people sit, on the {b} or the {b2}?'],
    answer: (_, { boat, otherBoat }) =>
      boat.seats === otherBoat.seats ? null : [boat.seats > otherBoat.seats ? boat.name : otherBoat.name],
  },
  {
    name: 'boat-repairs',
    wordings: ['How often was the {b} in dock?', 'How many times did the {b} need mending?'],
    answer: (line, m) => [repairsOf(line, m).length],
  },
  {
    name: 'boat-repairs-of-part',
    wordings: ['How often did the {p} of the {b} need mending?'],
    answer: (line, m) => [repairsOf(line, m).filter(({ part }) => part === m.part).length],
  },
  {
    name: 'boat-repair-cost',
    wordings: ['What has been spent on mending the {b}?', 'How much money did the {b} swallow in dock?'],
    answer: (line, m) => [cost(repairsOf(line, m))],
  },
  {
    name: 'boat-repair-cost-in-year',
    wordings: ['What was spent on mending the {b} in {y}?'],
    answer: (line, m) => [cost(repairsOf(line, m).filter(({ year }) => year === m.year))],
  },
  {
    name: 'boat-worst-bill',
    wordings: ['What is the steepest bill that ever came in for the {b}?'],
    answer: (line, m) => highest(repairsOf(line, m).map((repair) => repair.cost)),
  },
  {
    name: 'boat-weak-part',
    wordings: ['What part of the {b} swallowed most money?'],
    answer: (line, m) =>
      leading(
        repairsOf(line, m),
        ({ part }) => part,
        (repair) => repair.cost,
      ),
  },
  {
    name: 'boat-docks',
    wordings: ['Who has mended the {b}?'],
    answer: (line, m) => listed(repairsOf(line, m).flatMap(({ yard }) => (yard ? [yard.name] : []))),
  },
  {
    name: 'line-repair-cost-in-year',
    wordings: ['What did the whole line spend on mending in {y}?'],
    answer: ({ repairs }, m) => [cost(repairs.filter(({ year }) => year === m.year))],
  },
  {
    name: 'good-tonnes',
    wordings: ['How many tonnes of {g} went down the river?', 'What weight of {g} has been moved?'],
    answer: (line, m) => [sum(loadsOf(line, m).map(({ tonnes }) => tonnes))],
  },
  {
    name: 'good-tonnes-in-year',
    wordings: ['How many tonnes of {g} went down the river in {y}?'],
    answer: (line, m) => [
      sum(
        loadsOf(line, m)
          .filter(({ year }) => year === m.year)
          .map(({ tonnes }) => tonnes),
      ),
    ],
  },
  {
    name: 'good-usual-load',
    wordings: ['To the nearest whole, how heavy is a usual load of {g}?'],
    answer: (line, m) => roundedMean(loadsOf(line, m).map(({ tonnes }) => tonnes)),
  },
  {
    name: 'good-top-boat',
    wordings: ['What carries most {g}, by weight?'],
    answer: (line, m) =>
      leading(
        loadsOf(line, m),
        ({ boat }) => boat,
        ({ tonnes }) => tonnes,
      ),
  },
  {
    name: 'boat-goods',
    wordings: ['What has the {b} had in its hold?'],
    answer: ({ voyages }, { boat }) =>
      listed(voyages.filter((voyage) => voyage.boat === boat).flatMap(({ loads }) => loads.map(({ good }) => good))),
  },
  {
    name: 'boat-tonnes',
    wordings: ['How many tonnes has the {b} had in its hold?'],
    answer: ({ voyages }, { boat }) => [
      sum(voyages.filter((voyage) => voyage.boat === boat).flatMap(({ loads }) => loads.map(({ tonnes }) => tonnes))),
    ],
  },
];
