/** The first and the latest: where, when, at what age, or the whole event. */
import { displayCategory, displayDimension, formExpression } from '../display.ts';
import { type Family, type Filters, present, type QuestionDraft } from '../question-draft.ts';

interface Extreme {
  words: readonly string[];
  aggregate: 'MIN' | 'MAX';
  order: 'ASC' | 'DESC';
}

const EXTREMES: readonly Extreme[] = [
  { words: ['first', 'earliest', 'very first', 'opening'], aggregate: 'MIN', order: 'ASC' },
  { words: ['latest', 'last', 'newest', 'final'], aggregate: 'MAX', order: 'DESC' },
];

/** Restricts to the first or latest year (all events of it), or takes one event of it. */
function atExtreme(draft: QuestionDraft, select: string, filters: Filters, extreme: Extreme): string {
  const from = draft.parts.from();
  const where = `${draft.whereEntity}${filters.where}`;
  const inYear = ` AND ${draft.moment} = (SELECT ${extreme.aggregate}(${draft.moment})${from}${where})`;
  return draft.draw.pick([
    `SELECT DISTINCT ${select}${from}${where}${inYear}`,
    `SELECT ${select}${from}${where}${inYear}`,
    `SELECT ${select}${from}${where} ORDER BY ${draft.moment} ${extreme.order} LIMIT 1`,
  ]);
}

/** Place, event or category of the first or latest. */
export const extremeValue: Family = (draft) => {
  const { topic, draw } = draft;
  const extreme = draw.pick(EXTREMES);
  const dimension = draw.chance(0.9) || !topic.category ? draft.dimension() : undefined;
  const target = dimension ?? topic.category ?? draft.dimension();
  const filters = draft.filters({ free: [target.column], noTime: true, noAge: true, noCategory: !dimension });
  const question = draft.say(
    [
      'in what <one> was the <extreme> <fact> of <E> <past> <where>',
      'where : <one> of the <extreme> <fact> for <E> <where>',
      'which <one> brought <E> the <extreme> <fact> <where>',
      'name the <one> in which <E> <past> the <extreme> of the <facts> <where>',
      'in which <one> did <E> <base> the <extreme> <fact> <where>',
    ],
    {
      one: draw.pick(target.singular),
      extreme: draw.pick(extreme.words),
      fact: filters.fact,
      facts: filters.facts,
      where: filters.phrase,
    },
  );
  const { select } = dimension ? displayDimension(draft, dimension) : displayCategory(draft);
  return draft.finish(question, atExtreme(draft, select, filters, extreme));
};

/** Year of the first or latest. */
export const extremeYear: Family = (draft) => {
  const { topic, draw } = draft;
  const extreme = draw.pick(EXTREMES);
  const filters = draft.filters({ noTime: true, noAge: true });
  const question = draft.say(
    [
      'what <one> brought <E> the <extreme> <fact> <where>',
      'when did <E> <base> the <extreme> <fact> <where>',
      'in what <one> was the <extreme> <fact> of <E> <where>',
      'give the <one> of the <extreme> <fact> <past> by <E> <where>',
    ],
    {
      one: draw.pick(present(topic.time).singular),
      extreme: draw.pick(extreme.words),
      fact: filters.fact,
      where: filters.phrase,
    },
  );
  return draft.finish(
    question,
    `SELECT ${extreme.aggregate}(${draft.time})${draft.parts.from()}${draft.whereEntity}${filters.where}`,
  );
};

/** Age at the first or latest. */
export const extremeAge: Family = (draft) => {
  const { draw, topic } = draft;
  const extreme = draw.pick(EXTREMES);
  const filters = draft.filters({ noTime: true, noAge: true });
  const question = draft.say(
    [
      'what was the age of <E> when <past> the <extreme> <fact> <where>',
      'how old was <E> at the <extreme> <fact> <where>',
      'age of <E> at the time of the <extreme> <fact> <where>',
      'how many years old was <E> with the <extreme> <fact> <where>',
    ],
    { extreme: draw.pick(extreme.words), fact: filters.fact, where: filters.phrase },
  );
  const birth = draft.parts.column(present(topic.birth).column);
  const age = draw.pick([`${extreme.aggregate}(${draft.time}) - ${birth}`, `${extreme.aggregate}(${draft.ageColumn})`]);
  return draft.finish(question, `SELECT ${age}${draft.parts.from()}${draft.whereEntity}${filters.where}`);
};

/** The whole event: every column, or the form in which the answers write it. */
export const extremeFact: Family = (draft) => {
  const { draw, topic } = draft;
  const extreme = draw.pick(EXTREMES);
  const filters = draft.filters({ noTime: true, noAge: true, chance: 0.15 });
  const question = draft.say(
    [
      'what was the <extreme> <fact> of <E> <where>',
      'tell about the <extreme> <fact> that <E> <past> <where>',
      'describe the <extreme> <fact> <past> by <E> <where>',
      '<E> : what is the <extreme> <fact> <where>',
    ],
    { extreme: draw.pick(extreme.words), fact: filters.fact, where: filters.phrase },
  );
  const columns = [
    draft.moment,
    ...topic.dimensions.flatMap(({ column, optional }) => (optional ? [] : [draft.parts.column(column)])),
  ].join(', ');
  const select =
    draft.rowForms.length > 0 && draw.chance(0.5) ? formExpression(draft, draw.pick(draft.rowForms)) : columns;
  return draft.finish(question, atExtreme(draft, select, filters, extreme));
};
