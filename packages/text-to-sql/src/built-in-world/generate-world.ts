/**
 * The built-in world: a seeded database of invented athletes with question–answer pairs about it, for machines where the
 * benchmark cannot be had. Answers are computed from the generated careers by plain code, not by SQL.
 */
import { athleteRows } from '../databases/athlete-rows.ts';
import type { TableRows } from '../databases/schema.ts';
import { medalTypes } from '../datasets/parse-infobox.ts';
import type { SourceSplit } from '../datasets/source-split.ts';
import { type Draw, keyedDraw } from '../random.ts';
import { type Career, careerOf, colour } from './career.ts';
import { comparingQuestions } from './comparing-questions.ts';
import { countingQuestions } from './counting-questions.ts';
import { inventAthletes } from './invent-athletes.ts';
import { cities, formats, tournaments } from './names.ts';
import type { Mentions, QuestionType } from './question-type.ts';
import { timingQuestions } from './timing-questions.ts';

export const questionTypes: readonly QuestionType[] = [...countingQuestions, ...timingQuestions, ...comparingQuestions];

export type WorldSplit = 'train' | 'dev' | 'test';

export interface World {
  /** No question stands in two splits. */
  splits: Record<WorldSplit, { questions: SourceSplit['questions'] }>;
  /** Rows of `athletesSchema`, shared by the splits. */
  rows: TableRows;
}

const athleteCount = 300;
const questionsPerAthlete = 12;
const stream = 2;

/** @param seed the same seed gives the same world */
export function generateWorld({ seed }: { seed: number }): World {
  const infoboxes = inventAthletes(seed, athleteCount);
  const splits: World['splits'] = { train: { questions: [] }, dev: { questions: [] }, test: { questions: [] } };
  const asked = new Set<string>();
  for (const [index, infobox] of infoboxes.entries()) {
    const career = careerOf(infobox);
    const draw = keyedDraw(seed, stream, index);
    for (let each = 0; each < questionsPerAthlete; each += 1) {
      const type = draw.pick(questionTypes);
      const mentions = drawMentions(draw, career);
      const question = word(draw.pick(type.wordings), career.athlete, mentions);
      const parts = type.answer(career, mentions);
      const split = draw.weighted<WorldSplit>([
        [0.75, 'train'],
        [0.1, 'dev'],
        [0.15, 'test'],
      ]);
      if (parts === null || asked.has(question)) continue;
      asked.add(question);
      const { questions } = splits[split];
      questions.push({
        id: `built-in-${split}-${questions.length + 1}`,
        question,
        answer: parts.join(', '),
        type: type.name,
      });
    }
  }
  return { splits, rows: athleteRows(infoboxes) };
}

/** Values of the athlete's own medals, and now and then of somebody else's. */
function drawMentions(draw: Draw, { wins }: Career): Mentions {
  const win = draw.pick(wins);
  const other = <T>(own: T, pool: readonly T[], strange: boolean): T => (strange ? draw.pick(pool) : own);
  const tournament = other(win.tournament, tournaments, draw.chance(0.1));
  const type = other(win.type, medalTypes, draw.chance(0.3));
  return {
    tournament,
    otherTournament: draw.pick(tournaments.filter((name) => name !== tournament)),
    format: other(win.format, formats, draw.chance(0.1)),
    year: win.year + (draw.chance(0.15) ? 1 : 0),
    city: other(win.city === '' ? draw.pick(cities) : win.city, cities, draw.chance(0.2)),
    type,
    otherType: draw.pick(medalTypes.filter((each) => each !== type)),
  };
}

function word(wording: string, athlete: string, m: Mentions): string {
  const medal = `${colour(m.type).toLowerCase()} medal`;
  const values: Record<string, string> = {
    a: athlete,
    t: m.tournament,
    t2: m.otherTournament,
    f: m.format,
    y: String(m.year),
    c: m.city,
    k: `${medal}s`,
    k1: medal,
    k2: `${colour(m.otherType).toLowerCase()} medals`,
  };
  return wording.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}
