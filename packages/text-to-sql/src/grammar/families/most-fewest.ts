/** The most and the fewest: the place, event, season or category with the highest or lowest count. */
import { type Display, displayCategory, displayDimension } from '../display.ts';
import type { Family } from '../question-draft.ts';
import type { Category, Dimension, Time } from '../word-list.ts';

const RANKS = [
  {
    words: ['the most', 'the greatest number of', 'the largest number of'],
    adjective: ['best', 'strongest', 'top', 'richest'],
    aggregate: 'MAX',
    order: 'DESC',
  },
  {
    words: ['the fewest', 'the least', 'the smallest number of'],
    adjective: ['weakest', 'poorest', 'leanest'],
    aggregate: 'MIN',
    order: 'ASC',
  },
] as const;

/** With all ties, or one of them. */
export const mostFewest: Family = (draft) => {
  const { draw, topic } = draft;
  const rank = draw.pick(RANKS);
  const { time, category } = topic;
  const drawn = draft.dimension();
  const target = draw.weighted<Dimension | Time | Category>([
    [3, drawn],
    [time ? 1.5 : 0, time ?? drawn],
    [category ? 0.8 : 0, category ?? drawn],
  ]);
  const filters = draft.filters({
    free: [target.column],
    noTime: target === time,
    noAge: true,
    noCategory: target === category,
    chance: 0.2,
  });
  const question = draft.say(
    [
      'in what <one> has <E> <past> <most> <facts> <where>',
      'which <many> gave <E> <most> <facts> <where>',
      'name the <one> with <most> <facts> for <E> <where>',
      'what is the <best> <one> of <E> by number of <facts> <where>',
      'counting <facts> , which <one> was the <best> for <E> <where>',
      'which <one> is <E> <best> in <where>',
    ],
    {
      one: draw.pick(target.singular),
      many: draw.pick(target.plural),
      most: draw.pick(rank.words),
      best: draw.pick(rank.adjective),
      facts: filters.facts,
      where: filters.phrase,
    },
  );
  const dimension = topic.dimensions.find((d) => d === target);
  const column = draft.expression(target);
  const display: Display = dimension
    ? displayDimension(draft, dimension)
    : target === category
      ? displayCategory(draft)
      : { select: column, group: column };
  const body = `${draft.parts.from()}${draft.whereEntity}${filters.where} GROUP BY ${display.group}`;
  const sql = draw.pick([
    `SELECT ${display.select}${body} HAVING COUNT(*) = (SELECT ${rank.aggregate}(n) FROM (SELECT COUNT(*) AS n${body}) c)`,
    `SELECT ${display.select}${body} ORDER BY COUNT(*) ${rank.order} LIMIT 1`,
  ]);
  return draft.finish(question, sql);
};
