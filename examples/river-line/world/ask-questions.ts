/** Asks about the river line: draws types, wordings and values; answers are computed from the line, not by SQL. */
import { type Draw, keyedDraw } from '@queryloop/text-to-sql';
import { boatQuestions } from './boat-questions.ts';
import { captainQuestions } from './captain-questions.ts';
import type { Line } from './invent-line.ts';
import { lineQuestions } from './line-questions.ts';
import { goods, kinds, parts, seasons } from './names.ts';
import type { Mentions, QuestionType } from './question-type.ts';
import { yardQuestions } from './yard-questions.ts';

export const questionTypes: readonly QuestionType[] = [
  ...boatQuestions,
  ...captainQuestions,
  ...lineQuestions,
  ...yardQuestions,
];

export interface Asked {
  id: string;
  question: string;
  /** A lone value, or several. */
  answer: string | number | (string | number)[];
  type: string;
}

export type Split = 'train' | 'dev' | 'test';

/** How many questions each split gets; no question stands in two of them. */
export function askQuestions(line: Line, seed: number, sizes: Record<Split, number>): Record<Split, Asked[]> {
  const splits: Record<Split, Asked[]> = { train: [], dev: [], test: [] };
  const asked = new Set<string>();
  const open = () => (Object.keys(sizes) as Split[]).filter((split) => splits[split].length < sizes[split]);
  for (let index = 0; open().length > 0; index++) {
    const draw = keyedDraw(seed, 4, index);
    const type = draw.pick(questionTypes);
    const mentions = drawMentions(draw, line);
    const question = word(draw.pick(type.wordings), mentions);
    const parts = type.answer(line, mentions);
    const split = draw.weighted(open().map((each) => [sizes[each], each] as const));
    if (parts === null || asked.has(question)) continue;
    asked.add(question);
    const answer = parts.length === 1 ? (parts[0] as string | number) : parts;
    splits[split].push({ id: `${split}-${splits[split].length + 1}`, question, answer, type: type.name });
  }
  return splits;
}

/** Values of one voyage, and now and then of others. */
function drawMentions(draw: Draw, line: Line): Mentions {
  const { boat, captain, route, season, year, loads } = draw.pick(line.voyages);
  const other = <T>(own: T, pool: readonly T[], chance: number): T => (draw.chance(chance) ? draw.pick(pool) : own);
  const askedRoute = other(route, line.routes, 0.1);
  const repair = draw.pick(line.repairs.filter((each) => each.boat === boat));
  return {
    boat,
    otherBoat: draw.pick(line.boats.filter((each) => each !== boat)),
    captain: other(captain, line.captains, 0.1),
    route: askedRoute,
    otherRoute: draw.pick(line.routes.filter((each) => each !== askedRoute)),
    river: route.river,
    town: draw.pick(line.towns),
    yard: draw.pick(line.yards),
    good: draw.pick([...loads.map(({ good }) => good), draw.pick(goods)]),
    part: other(repair.part, parts, 0.15),
    season: other(season, seasons, 0.3),
    kind: draw.pick(kinds),
    year: other(draw.chance(0.2) ? repair.year : year, [year + 1, year - 1], 0.1),
    otherYear: year > 2000 ? year - 3 : year + 4,
    number: draw.pick([2, 3, 4, 5]),
  };
}

function word(wording: string, m: Mentions): string {
  const values: Record<string, string | number> = {
    b: m.boat.name,
    b2: m.otherBoat.name,
    c: m.captain.name,
    r: m.route.name,
    r2: m.otherRoute.name,
    v: m.river.name,
    t: m.town.name,
    s: m.yard.name,
    g: m.good,
    p: m.part,
    q: m.season,
    k: m.kind,
    y: m.year,
    y2: m.otherYear,
    n: m.number,
  };
  return wording.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''));
}
