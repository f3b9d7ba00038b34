/** Events of one series compared with the one before, with any later one, or as a ladder of categories. */
import type { Draw } from '../../random.ts';
import { type Family, present, type QuestionDraft } from '../question-draft.ts';
import type { Category, Dimension } from '../word-list.ts';

interface Series {
  category: Category;
  dimension: Dimension;
  one: string;
}

function series(draft: QuestionDraft): Series {
  const dimension = draft.draw.pick(draft.topic.dimensions.filter((d) => d.series));
  return { category: present(draft.topic.category), dimension, one: draft.draw.pick(dimension.series ?? []) };
}

/** Rank of a category column, lowest 1. */
function rank({ values }: Category, column: string): string {
  const ranks = values.map(({ value }, i) => `WHEN '${value.replaceAll("'", "''")}' THEN ${i + 1}`);
  return `CASE ${column} ${ranks.join(' ')} END`;
}

/** What the latest three events of a series look like, in words and in conditions on `now`, `prior` and `prior2`. */
function pattern(
  draw: Draw,
  { placeholder, singular: [kind] }: Category,
): { words: readonly string[]; condition: string } {
  const [a, b, c] = [`{${placeholder}}`, `{${placeholder}2}`, `{${placeholder}3}`];
  return draw.weighted([
    [
      2,
      {
        words: [
          `a different ${kind} from the time before`,
          `another ${kind} than at the previous edition`,
          `a changed ${kind} since the previous one`,
        ],
        condition: 'now <> prior',
      },
    ],
    [
      0.7,
      {
        words: [`the same ${kind} as the time before`, `an unchanged ${kind} since the previous edition`],
        condition: 'now = prior',
      },
    ],
    [
      1,
      {
        words: [`a better ${kind} than the time before`, 'an improvement on the previous edition'],
        condition: 'RANK(now) > RANK(prior)',
      },
    ],
    [
      1,
      {
        words: [`a worse ${kind} than the time before`, 'a step down from the previous edition'],
        condition: 'RANK(now) < RANK(prior)',
      },
    ],
    [
      1.2,
      {
        words: [
          `${a} and then a different one`,
          `${a} with some other ${kind} next`,
          `${a} succeeded by anything but ${a}`,
        ],
        condition: `prior = ${a} AND now <> ${a}`,
      },
    ],
    [0.8, { words: [`${a} and then anything`, `${a} with any next`], condition: `prior = ${a}` }],
    [1, { words: [`${a} and then ${b}`, `${a} directly before ${b}`], condition: `prior = ${a} AND now = ${b}` }],
    [
      1.2,
      {
        words: [`${a} , then ${b} , then ${c}`, `${a} , next ${b} and finally ${c} in a row`],
        condition: `prior2 = ${a} AND prior = ${b} AND now = ${c}`,
      },
    ],
    [
      1.2,
      {
        words: [
          `${a} , then something lesser , then ${a} once more`,
          `${a} , a different ${kind} next , and ${a} after that`,
          `${a} regained after losing it to a lower one`,
        ],
        condition: `prior2 = ${a} AND prior <> ${a} AND now = ${a}`,
      },
    ],
  ]);
}

/** Counts events by how they compare with the previous one or two of the same series. */
export const previousInSeries: Family = (draft) => {
  const { draw, parts } = draft;
  const { category, dimension, one } = series(draft);
  const { words: said, condition } = pattern(draw, category);
  const question = draft.say(
    [
      'how many times did <E> <base> <said> in the same <one>',
      'count the cases of <E> with <said> in one <one>',
      'how often has <E> <past> <said> at the same <one>',
      'number of instances in which <E> <past> <said> within a <one>',
      'in how many <one> cases did <E> <base> <said>',
    ],
    { said: draw.pick(said), one },
  );
  const key = parts.key(dimension.column);
  const column = parts.column(category.column);
  const over = ` OVER (PARTITION BY ${key} ORDER BY ${draft.moment}, ${parts.key(category.column)})`;
  const ranked = condition.replace(/RANK\((\w+)\)/g, (_, name: string) => rank(category, name));
  const inner = `SELECT ${key} AS series, ${column} AS now, LAG(${column})${over} AS prior, LAG(${column}, 2)${over} AS prior2${parts.from()}${draft.whereEntity}`;
  const counted = draw.chance(0.5) ? '*' : 'DISTINCT series';
  return draft.finish(question, `SELECT COUNT(${counted}) FROM (${inner}) s WHERE ${ranked}`);
};

/** Counts pairs of an event and any later one of the same series. */
export const laterInSeries: Family = (draft) => {
  const { draw, parts } = draft;
  const { category, dimension, one } = series(draft);
  const better = draw.chance(0.5);
  const question = draft.say(
    [
      'how many times did <E> later <base> a <grade> <kind> in the same <one>',
      'count how often <E> got <grade> in the <one> at any later time , with gaps allowed',
      'number of <grade> results of <E> in some later edition of a <one>',
      'in how many cases did <E> <change> the <kind> in the <one> afterwards , not only the next time',
    ],
    { grade: better ? 'better' : 'worse', change: better ? 'improve' : 'lower', kind: category.singular[0] ?? '', one },
  );
  const column = parts.column(category.column);
  const later = `later.${parts.bare(category.column)}`;
  const order = ` AND ${draft.momentOf('later')} > ${draft.moment}`;
  const counted = draw.pick([
    '*',
    `DISTINCT ${parts.key(dimension.column)}`,
    `DISTINCT ${parts.column(dimension.column)}`,
  ]);
  return draft.finish(
    question,
    `SELECT COUNT(${counted})${parts.from()}${parts.joinSeries(dimension.column, 'later')}${draft.whereEntity}${order} AND ${rank(category, later)} ${better ? '>' : '<'} ${rank(category, column)}`,
  );
};

/** Shortest or longest time in which three categories of one series were reached, in either order or in any. */
export const ladderSpan: Family = (draft) => {
  const { draw, parts } = draft;
  const { category, dimension, one } = series(draft);
  const shortest = draw.chance(0.75);
  const [a, b, c] = [`{${category.placeholder}}`, `{${category.placeholder}2}`, `{${category.placeholder}3}`];
  const question = draft.say(
    [
      'what is the <extreme> number of years in which <E> <past> <a> , <b> and <c> of one <one>',
      'how many years did <E> need at the <extreme> to <base> <a> , <b> and <c> in the same <one>',
      '<extreme> period in years from <a> over <b> to <c> of the same <one> for <E>',
      'how <extreme> in years was it until <E> had <a> , <b> and <c> in a single <one>',
    ],
    {
      extreme: shortest
        ? draw.pick(['shortest', 'quickest', 'smallest', 'fastest'])
        : draw.pick(['longest', 'slowest', 'largest']),
      a,
      b,
      c,
      one,
    },
  );
  const type = parts.bare(category.column);
  const aggregate = shortest ? 'MIN' : 'MAX';
  const upward = draw.chance(0.5);
  const span = upward ? `${draft.timeOf('third')} - ${draft.time}` : `${draft.time} - ${draft.timeOf('third')}`;
  const compare = upward ? '>' : '<';
  const steps = ` AND ${draft.momentOf('second')} ${compare} ${draft.moment} AND ${draft.momentOf('third')} ${compare} ${draft.momentOf('second')}`;
  const categories = ` AND ${parts.column(category.column)} = ${a} AND second.${type} = ${b} AND third.${type} = ${c}`;
  const joins = `${parts.joinSeries(dimension.column, 'second')}${parts.joinSeries(dimension.column, 'third')}`;
  return draft.finish(
    question,
    `SELECT ${aggregate}(${span})${parts.from()}${joins}${draft.whereEntity}${categories}${steps}`,
  );
};
