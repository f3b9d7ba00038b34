/** Spans of time and averages. */
import type { Family } from '../question-draft.ts';

/** Years from the first to the latest event. */
export const careerSpan: Family = (draft) => {
  const filters = draft.filters({ noTime: true, noAge: true, chance: 0.15 });
  const question = draft.say(
    [
      'how many years lie between the first and the last <fact> of <E> <where>',
      'over how many years did <E> <base> <facts> <where>',
      'time span in years from the earliest to the latest <fact> of <E> <where>',
      'how long is it from the first <fact> of <E> to the latest <where>',
    ],
    { facts: filters.facts, fact: filters.fact, where: filters.phrase },
  );
  const plus = draft.draw.chance(0.5) ? ' + 1' : '';
  return draft.finish(
    question,
    `SELECT MAX(${draft.time}) - MIN(${draft.time})${plus}${draft.parts.from()}${draft.whereEntity}${filters.where}`,
  );
};

/** Events for each season, place or event; exact, rounded or in whole numbers. */
export const average: Family = (draft) => {
  const { draw, topic } = draft;
  const per = draw.chance(0.6) && topic.time ? topic.time : draft.dimension();
  const filters = draft.filters({ free: [per.column], noTime: true, noAge: true, chance: 0.15 });
  const question = draft.say(
    [
      'how many <facts> per <one> did <E> <base> on average <where>',
      'average of <facts> for each <one> of <E> <where>',
      'mean number of <facts> <E> <past> in a <one> <where>',
      'on average , how many <facts> does <E> <base> by <one> <where>',
    ],
    { facts: filters.facts, one: draw.pick(per.singular), where: filters.phrase },
  );
  const ratio = `COUNT(*) * 1.0 / COUNT(DISTINCT ${draft.expression(per)})`;
  const select = draw.pick([ratio, `FLOOR(${ratio})`, `ROUND(${ratio})`, `ROUND(${ratio}, 2)`]);
  return draft.finish(question, `SELECT ${select}${draft.parts.from()}${draft.whereEntity}${filters.where}`);
};
