/** How many: events, different values, seasons. */
import type { Family } from '../question-draft.ts';

/** Number of events under filters. */
export const countFacts: Family = (draft) => {
  const filters = draft.filters({ chance: 0.35 });
  const question = draft.say(
    [
      'how many <facts> has <E> <past> <where>',
      'how many <facts> did <E> <base> <where>',
      'what number of <facts> did <E> <base> <where>',
      'count the <facts> that <E> <past> <where>',
      'total of <facts> <past> by <E> <where>',
      'number of <facts> <E> could <base> <where> altogether',
      'how many <facts> were <past> by <E> <where> overall',
    ],
    { facts: filters.facts, where: filters.phrase },
  );
  const from = draft.parts.from();
  return draft.finish(question, `SELECT COUNT(*)${from}${draft.whereEntity}${filters.where}`);
};

/** How often: people mean events, or the years or places in which there were any. */
export const countTimes: Family = (draft) => {
  const filters = draft.filters({ noAge: true, chance: 0.35 });
  const question = draft.say(
    [
      'how often did <E> <base> a <fact> <where>',
      'how many times was <E> able to <base> <facts> <where>',
      'on how many occasions did <E> <base> <facts> <where>',
      'how frequently has <E> <past> <facts> <where>',
    ],
    { facts: filters.facts, fact: filters.fact, where: filters.phrase },
  );
  const counted = draft.draw.pick([
    '*',
    `DISTINCT ${draft.time}`,
    `DISTINCT ${draft.parts.key(draft.dimension().column)}`,
  ]);
  return draft.finish(question, `SELECT COUNT(${counted})${draft.parts.from()}${draft.whereEntity}${filters.where}`);
};

/** Number of different values of a dimension, or of seasons. */
export const countDistinct: Family = (draft) => {
  const { time } = draft.topic;
  const dimension = draft.draw.chance(0.75) || !time ? draft.dimension() : time;
  const filters = draft.filters({ free: [dimension.column], noTime: dimension === time, noAge: true });
  const question = draft.say(
    [
      'how many different <many> has <E> <past> <facts> in <where>',
      'in how many <many> did <E> <base> a <fact> <where>',
      'number of distinct <many> with <facts> for <E> <where>',
    ],
    { many: draft.draw.pick(dimension.plural), facts: filters.facts, fact: filters.fact, where: filters.phrase },
  );
  const counted = draft.draw.chance(0.5) ? `DISTINCT ${draft.expression(dimension)}` : '*';
  return draft.finish(question, `SELECT COUNT(${counted})${draft.parts.from()}${draft.whereEntity}${filters.where}`);
};
