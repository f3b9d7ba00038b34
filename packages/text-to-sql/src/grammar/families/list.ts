/** Lists: every place, event, season or category in which there were any. */
import { displayCategory, displayDimension } from '../display.ts';
import type { Family } from '../question-draft.ts';

/** Different values of a dimension, of the time or of the category. */
export const listValues: Family = (draft) => {
  const { words, draw } = draft;
  const target = draw.weighted([
    [3, draft.dimension()],
    [1.5, words.time],
    [words.category ? 0.7 : 0, words.category ?? words.time],
  ]);
  const filters = draft.filters({
    free: [target.column],
    noTime: target === words.time,
    noCategory: target === words.category,
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
  const dimension = words.dimensions.find((d) => d === target);
  const column = draft.parts.column(target.column);
  const { select } = dimension
    ? displayDimension(draft, dimension)
    : target === words.category
      ? displayCategory(draft)
      : { select: column };
  const distinct = draw.chance(0.5) ? 'DISTINCT ' : '';
  const from = draft.parts.from({ birth: filters.birth });
  return draft.finish(question, `SELECT ${distinct}${select}${from}${draft.whereEntity}${filters.where}`);
};
