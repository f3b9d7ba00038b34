/** The whole table over time, and its parts against each other: the first and the latest, more here than there. */
import { type Family, present, type QuestionDraft } from '../question-draft.ts';
import type { Category, Dimension, Entity, Time } from '../word-list.ts';
import { drawScope, drawTarget } from './table.ts';
import { truth } from './yes-no.ts';

/** The first or latest year, or what it was about. */
export const extremeInTime: Family = (draft) => {
  const { draw, topic } = draft;
  const time = present(topic.time);
  const first = draw.chance(0.5);
  const target = draw.chance(0.5) ? drawTarget(draft) : undefined;
  const { fact, facts, phrase, condition } = drawScope(draft, { ...target, free: { ...target?.free, noTime: true } });
  const slots = {
    which: draw.pick(first ? ['first', 'earliest', 'oldest'] : ['latest', 'last', 'newest']),
    one: draw.pick(target?.singular ?? time.singular),
    fact,
    facts,
    where: phrase,
  };
  const question = draft.say(
    target
      ? [
          'which <one> has the <which> <fact> <where>',
          'name the <one> of the <which> <fact> <where>',
          'which <one> came <which> of all <facts> <where>',
        ]
      : [
          'in which <one> was the <which> <fact> <where>',
          'when was the <which> <fact> <where>',
          'what is the <one> of the <which> <fact> <where>',
        ],
    slots,
  );
  const from = draft.parts.from();
  const moment = draw.chance(0.7) ? draft.moment : draft.time;
  const extreme = `${first ? 'MIN' : 'MAX'}(${moment})`;
  const atExtreme = `${moment} = (SELECT ${extreme}${from}${condition})`;
  const sql = target
    ? draw.pick([
        `SELECT ${target.expression}${from}${condition} ORDER BY ${moment} ${first ? 'ASC' : 'DESC'} LIMIT 1`,
        `SELECT DISTINCT ${target.expression}${from}${condition === '' ? ' WHERE ' : `${condition} AND `}${atExtreme}`,
      ])
    : `SELECT ${extreme}${from}${condition}`;
  return draft.finish(question, sql);
};

/** Two years, values of a dimension or entities: which has more, by rows or by a measure, or by how much. */
export const compareParts: Family = (draft) => {
  const { draw, topic } = draft;
  const { entity, dimensions, time, category, rows } = topic;
  const choices: [number, Entity | Dimension | Time | Category][] = dimensions.map((d) => [1 / dimensions.length, d]);
  if (time) choices.push([1.5, time]);
  if (category) choices.push([1, category]);
  if (entity && rows === 'events') choices.push([1, entity]);
  const named = draw.weighted(choices);
  const [left, right] = [`{${named.placeholder}}`, `{${named.placeholder}2}`];
  const filters = draft.filters({ free: [named.column], noTime: true, noCategory: true, noAge: true, chance: 0.1 });
  const column = draft.expression(named);
  const { words, of } = drawAmount(draft, filters.facts);
  const [a, b] = [of(`${column} = ${left}`), of(`${column} = ${right}`)];
  const slots = { left, right, much: words, facts: filters.facts, where: filters.phrase };
  const where = filters.where.replace(' AND ', ' WHERE ');
  const from = draft.parts.from();
  const fewer = draw.chance(0.2);
  const difference = draw.chance(0.25);
  const question = difference
    ? draft.say(
        [
          'by how much does the <much> of <left> exceed that of <right> <where>',
          'difference in <much> between <left> and <right> <where>',
          'how many more <facts> in <left> than in <right> <where>',
        ],
        slots,
      )
    : draft.say(
        [
          'is the <much> for <left> <more> than for <right> <where>',
          'does <left> have a <more> <much> than <right> <where>',
          'are there <more> <facts> in <left> than in <right> <where>',
        ],
        { ...slots, more: fewer ? draw.pick(['lower', 'smaller', 'fewer']) : draw.pick(['higher', 'larger', 'more']) },
      );
  const select = difference ? `${a} - ${b}` : truth(draw, `${a} ${fewer ? '<' : '>'} ${b}`);
  return draft.finish(question, `SELECT ${select}${from}${where}`);
};

/** How much there is where a condition holds: rows, or the sum or mean of a measure. */
function drawAmount(draft: QuestionDraft, facts: string): { words: string; of: (condition: string) => string } {
  const { draw, topic } = draft;
  if (topic.measures.length === 0 || draw.chance(0.6))
    return { words: `number of ${facts}`, of: (condition) => `SUM(${condition})` };
  const measure = draw.pick(topic.measures);
  const sum = measure.sum && draw.chance(0.6);
  const column = draft.parts.column(measure.column);
  return {
    words: `${sum ? 'total' : 'average'} ${draw.pick(measure.singular)}`,
    of: (condition) => `${sum ? 'SUM' : 'AVG'}(CASE WHEN ${condition} THEN ${column} END)`,
  };
}
