/** Measures: their sum, mean, highest and lowest, and the row that has it. */
import type { Family, QuestionDraft } from '../question-draft.ts';
import type { Measure } from '../word-list.ts';
import { drawScope, drawTarget } from './table.ts';

export interface Aggregate {
  /** "total fine", "highest fine". */
  words: string;
  expression: string;
}

/** An average as people give it: exact or rounded. */
function averageOf(draft: QuestionDraft, column: string): string {
  const mean = `AVG(${column})`;
  return draft.draw.pick([mean, `ROUND(${mean})`, `ROUND(${mean}, 1)`, `ROUND(${mean}, 2)`]);
}

/** Sum (where it makes sense) or mean of a measure. */
export function drawTotal(draft: QuestionDraft, exact = false): Aggregate & { measure: Measure } {
  const { draw } = draft;
  const measure = draw.pick(draft.topic.measures);
  const name = draw.pick(measure.singular);
  const column = draft.parts.column(measure.column);
  if (measure.sum && draw.chance(0.6))
    return { measure, words: `${draw.pick(['total', 'summed', 'overall'])} ${name}`, expression: `SUM(${column})` };
  const expression = exact ? `AVG(${column})` : averageOf(draft, column);
  return { measure, words: `${draw.pick(['average', 'mean', 'typical'])} ${name}`, expression };
}

/** Highest or lowest of a measure. */
export function drawExtreme(
  draft: QuestionDraft,
): Aggregate & { measure: Measure; order: 'ASC' | 'DESC'; bare: string } {
  const { draw } = draft;
  const measure = draw.pick(draft.topic.measures);
  const most = draw.chance(0.6);
  return {
    measure,
    words: `${draw.pick(most ? measure.most : measure.least)} ${draw.pick(measure.singular)}`,
    expression: `${most ? 'MAX' : 'MIN'}(${draft.parts.column(measure.column)})`,
    order: most ? 'DESC' : 'ASC',
    bare: draft.parts.column(measure.column),
  };
}

/** How much: sum, mean, highest or lowest. */
export const measureOf: Family = (draft) => {
  const { words, expression } = draft.draw.chance(0.7) ? drawTotal(draft) : drawExtreme(draft);
  const { facts, phrase, condition } = drawScope(draft);
  const question = draft.say(
    [
      'what is the <much> of the <facts> <where>',
      'give the <much> over all <facts> <where>',
      'how large is the <much> of <facts> <where>',
      'which <much> do the <facts> have <where>',
    ],
    { much: words, facts, where: phrase },
  );
  const nothing = expression.startsWith('SUM') && draft.draw.chance(0.3);
  const select = nothing ? `COALESCE(${expression}, 0)` : expression;
  return draft.finish(question, `SELECT ${select}${draft.parts.from()}${condition}`);
};

/** Which one has the highest or lowest measure in a single row. */
export const extremeByMeasure: Family = (draft) => {
  const { draw } = draft;
  const target = drawTarget(draft);
  const { words, expression, order, bare } = drawExtreme(draft);
  const { facts, fact, phrase, condition } = drawScope(draft, target);
  const question = draft.say(
    [
      'which <one> has the <fact> with the <much> <where>',
      'which <one> has the <much> <where>',
      'name the <one> of the <fact> with the <much> <where>',
      'of the <facts> , which <one> shows the <much> <where>',
    ],
    { one: draw.pick(target.singular), much: words, facts, fact, where: phrase },
  );
  const from = draft.parts.from();
  const equal = `${bare} = (SELECT ${expression}${from}${condition})`;
  const sql = draw.pick([
    `SELECT ${target.expression}${from}${condition} ORDER BY ${bare} ${order} LIMIT 1`,
    `SELECT DISTINCT ${target.expression}${from}${condition === '' ? ' WHERE ' : `${condition} AND `}${equal}`,
  ]);
  return draft.finish(question, sql);
};
