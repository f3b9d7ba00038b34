/** Topics whose rows are entities: a column of one of them, or two of them compared. */
import type { Family, QuestionDraft } from '../question-draft.ts';
import { present } from '../question-draft.ts';
import { truth } from './yes-no.ts';

/** What the row of an entity says. */
function drawColumn(draft: QuestionDraft): { words: string; expression: string } {
  const { dimensions, category, time, measures } = draft.topic;
  const columns = [...dimensions, ...(category ? [category] : []), ...(time ? [time] : []), ...measures];
  const { column, singular } = draft.draw.pick(columns);
  const expression = column === time?.column ? draft.moment : draft.parts.column(column);
  return { words: draft.draw.pick(singular), expression };
}

/** One column of one entity. */
export const lookUp: Family = (draft) => {
  const { words, expression } = drawColumn(draft);
  const question = draft.say(
    [
      'what is the <one> of <E>',
      'which <one> does <E> have',
      'tell the <one> of <E>',
      'give the <one> that belongs to <E>',
      '<E> : <one>',
    ],
    { one: words },
  );
  return draft.finish(question, `SELECT ${expression}${draft.parts.from()}${draft.whereEntity}`);
};

/** Two entities by a measure or by time: which has more, whether the first has, or by how much. */
export const compareEntities: Family = (draft) => {
  const { draw, topic } = draft;
  const { time, measures } = topic;
  const measure = measures.length > 0 && (!time || draw.chance(0.7)) ? draw.pick(measures) : undefined;
  const named = measure ?? present(time);
  const column = draft.parts.column(named.column);
  const most = draw.chance(0.65);
  const second = `${draft.entity.slice(0, -1)}2}`;
  const grade = draw.pick(measure ? (most ? measure.most : measure.least) : most ? ['latest'] : ['earliest', 'first']);
  const slots = { second, grade, one: draw.pick(named.singular), more: most ? 'more' : 'less' };
  const name = draft.parts.column(present(topic.entity).column);
  const from = draft.parts.from();
  const value = (who: string) => `(SELECT ${column}${from} WHERE ${name} = ${who})`;
  const which = () => ({
    question: draft.say(
      ['which of <E> and <second> has the <grade> <one>', '<E> or <second> : whose <one> is the <grade>'],
      slots,
    ),
    sql: `SELECT ${name}${from} WHERE ${name} = ${draft.entity} OR ${name} = ${second} ORDER BY ${column} ${most ? 'DESC' : 'ASC'} LIMIT 1`,
  });
  const whether = () => ({
    question: draft.say(
      ['does <E> have <more> <one> than <second>', 'is the <one> of <E> <more> than that of <second>'],
      slots,
    ),
    sql: `SELECT ${truth(draw, `${value(draft.entity)} ${most ? '>' : '<'} ${value(second)}`)}`,
  });
  const difference = () => ({
    question: draft.say(
      ['by how much does the <one> of <E> exceed that of <second>', 'difference in <one> between <E> and <second>'],
      slots,
    ),
    sql: `SELECT ${draw.pick([`${value(draft.entity)} - ${value(second)}`, `ABS(${value(draft.entity)} - ${value(second)})`])}`,
  });
  const { question, sql } = draw.weighted([
    [2, which],
    [1, whether],
    [1, difference],
  ])();
  return draft.finish(question, sql);
};
