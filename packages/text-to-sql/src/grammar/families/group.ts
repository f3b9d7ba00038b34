/** Groups: which has the most, the best few, a figure for each, those that have at least so many. */
import type { Family, QuestionDraft } from '../question-draft.ts';
import { type Aggregate, drawTotal } from './measure.ts';
import { drawScope, drawTarget } from './table.ts';

/** What groups are ranked by: their rows, or a sum or mean of a measure. */
function drawFigure(draft: QuestionDraft, facts: string, exact = false): Aggregate {
  if (draft.topic.measures.length === 0 || draft.draw.chance(0.5))
    return { words: `${draft.draw.pick(['number', 'count', 'amount'])} of ${facts}`, expression: 'COUNT(*)' };
  return drawTotal(draft, exact);
}

/** The group with the highest or lowest figure: all that tie, one of them, or as many as the question says. */
export const topGroup: Family = (draft) => {
  const { draw, topic } = draft;
  const target = drawTarget(draft, { entity: topic.rows === 'events' });
  const { facts, phrase, condition } = drawScope(draft, target);
  const { words, expression } = drawFigure(draft, facts, true);
  const most = draw.chance(0.65);
  const several = draft.number !== undefined && draw.chance(0.3);
  const slots = {
    one: draw.pick(target.singular),
    many: draw.pick(target.plural),
    best: draw.pick(most ? ['highest', 'largest', 'greatest', 'biggest'] : ['lowest', 'smallest', 'least']),
    most: draw.pick(most ? ['the most', 'the largest number of'] : ['the fewest', 'the smallest number of']),
    top: draw.pick(most ? ['top', 'first'] : ['last', 'bottom']),
    k: draft.number ?? '',
    much: words,
    facts,
    where: phrase,
  };
  const counted = expression === 'COUNT(*)';
  const question = draft.say(
    several
      ? ['the <top> <k> <many> by <much> <where>', 'which <k> <many> have the <best> <much> <where>']
      : [
          counted ? 'which <one> has <most> <facts> <where>' : 'which <one> has the <best> <much> <where>',
          'name the <one> with the <best> <much> <where>',
          'which of the <many> comes out with the <best> <much> <where>',
        ],
    slots,
  );
  const body = `${draft.parts.from()}${condition} GROUP BY ${target.expression}`;
  const order = ` ORDER BY ${expression} ${most ? 'DESC' : 'ASC'}`;
  const extreme = `SELECT ${most ? 'MAX' : 'MIN'}(n) FROM (SELECT ${expression} AS n${body}) c`;
  const sql = several
    ? `SELECT ${target.expression}${body}${order} LIMIT ${draft.number}`
    : draw.pick([
        `SELECT ${target.expression}${body}${order} LIMIT 1`,
        `SELECT ${target.expression}${body} HAVING ${expression} = (${extreme})`,
      ]);
  return draft.finish(question, sql);
};

/** A figure for each group. */
export const figurePerGroup: Family = (draft) => {
  const target = drawTarget(draft, { entity: draft.topic.rows === 'events' });
  const { facts, phrase, condition } = drawScope(draft, target);
  const { words, expression } = drawFigure(draft, facts);
  const question = draft.say(
    [
      'the <much> for each <one> <where>',
      'list the <many> , each with its <much> <where>',
      'what is the <much> per <one> <where>',
      'break the <much> down by <one> <where>',
    ],
    {
      one: draft.draw.pick(target.singular),
      many: draft.draw.pick(target.plural),
      much: words,
      where: phrase,
    },
  );
  const select = draft.draw.chance(0.85) ? `${target.expression}, ${expression}` : expression;
  return draft.finish(question, `SELECT ${select}${draft.parts.from()}${condition} GROUP BY ${target.expression}`);
};

/** The highest, lowest or average number of rows in a group. */
export const figureOfGroups: Family = (draft) => {
  const { draw } = draft;
  const target = drawTarget(draft, { entity: draft.topic.rows === 'events' });
  const { facts, phrase, condition } = drawScope(draft, target);
  const [words, aggregate] = draw.pick([
    [['average', 'mean'], 'AVG'],
    [['highest', 'largest'], 'MAX'],
    [['lowest', 'smallest'], 'MIN'],
  ] as const);
  const question = draft.say(
    [
      'what is the <which> number of <facts> that one <one> has <where>',
      '<which> number of <facts> per <one> <where>',
      'how many <facts> does the <one> with the <which> number have <where>',
    ],
    { which: draw.pick(words), one: draw.pick(target.singular), facts, where: phrase },
  );
  const ratio = `COUNT(*) * 1.0 / COUNT(DISTINCT ${target.expression})`;
  const from = draft.parts.from();
  const sql =
    aggregate === 'AVG'
      ? `SELECT ${draw.pick([ratio, `ROUND(${ratio})`, `ROUND(${ratio}, 1)`, `ROUND(${ratio}, 2)`])}${from}${condition}`
      : `SELECT ${aggregate}(n) FROM (SELECT COUNT(*) AS n${from}${condition} GROUP BY ${target.expression}) c`;
  return draft.finish(question, sql);
};

/** Groups that have at least so many rows or so much: which, or how many of them. */
export const groupsWithAtLeast: Family = (draft) => {
  const { draw } = draft;
  const target = drawTarget(draft, { entity: draft.topic.rows === 'events' });
  const { facts, phrase, condition } = drawScope(draft, target);
  const { words, expression } = drawFigure(draft, facts, true);
  const [bound, operator] = draw.weighted([
    [2, ['at least', '>=']],
    [2, ['more than', '>']],
    [0.7, ['fewer than', '<']],
    [0.5, ['exactly', '=']],
  ] as const);
  const counting = draw.chance(0.4);
  const counted = expression === 'COUNT(*)';
  const question = draft.say(
    [
      `${counting ? 'how many' : 'which'} <many> have ${counted ? '<bound> <k> <facts>' : 'a <much> of <bound> <k>'} <where>`,
      `${counting ? 'number of' : 'list'} <many> with a <much> of <bound> <k> <where>`,
    ],
    { many: draw.pick(target.plural), bound, k: draft.number ?? '', much: words, facts, where: phrase },
  );
  const body = `SELECT ${target.expression}${draft.parts.from()}${condition} GROUP BY ${target.expression} HAVING ${expression} ${operator} ${draft.number}`;
  return draft.finish(question, counting ? `SELECT COUNT(*) FROM (${body}) c` : body);
};
