/** Lists: every place, event, season or category in which there were any. */
import { displayCategory, displayDimension } from '../display.ts';
import type { Family } from '../question-draft.ts';
import type { Category, Dimension, Time } from '../word-list.ts';

/** Different values of a dimension, of the time or of the category. */
export const listValues: Family = (draft) => {
  const { topic, draw } = draft;
  const { time, category } = topic;
  const drawn = draft.dimension();
  const target = draw.weighted<Dimension | Time | Category>([
    [3, drawn],
    [time ? 1.5 : 0, time ?? drawn],
    [category ? 0.7 : 0, category ?? drawn],
  ]);
  const filters = draft.filters({
    free: [target.column],
    noTime: target === time,
    noCategory: target === category,
    chance: 0.25,
  });
  const question = draft.say(
    [
      'name all <many> where <E> has <past> <facts> <where>',
      'which <many> did <E> <base> <facts> in <where>',
      'what are the <many> of <facts> <past> by <E> <where>',
      'list every <one> in which <E> <past> a <fact> <where>',
      'in what <many> has <E> <past> <facts> <where>',
      'in what <one> did <E> <base> <facts> <where>',
    ],
    {
      many: draw.pick(target.plural),
      one: draw.pick(target.singular),
      facts: filters.facts,
      fact: filters.fact,
      where: filters.phrase,
    },
  );
  const dimension = topic.dimensions.find((d) => d === target);
  const column = draft.expression(target);
  const { select } = dimension
    ? displayDimension(draft, dimension)
    : target === category
      ? displayCategory(draft)
      : { select: column };
  const distinct = draw.chance(0.5) ? 'DISTINCT ' : '';
  const from = draft.parts.from();
  return draft.finish(question, `SELECT ${distinct}${select}${from}${draft.whereEntity}${filters.where}`);
};
