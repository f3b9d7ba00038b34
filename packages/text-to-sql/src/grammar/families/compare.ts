/** Comparisons: more of this than of that, and by how many. */
import { AGE_TENS } from '../life-stages.ts';
import type { Family, QuestionDraft } from '../question-draft.ts';
import type { Category, Dimension, Time } from '../word-list.ts';
import { truth } from './yes-no.ts';

interface Sides {
  left: string;
  right: string;
  /** Conditions to count by. */
  conditions: [string, string];
  facts: string;
  free: string[];
  noCategory: boolean;
}

/** Draws two things to compare: categories, values of a dimension, years, or parts of a life. */
function sides(draft: QuestionDraft): Sides {
  const { draw, topic } = draft;
  const facts = draw.pick(topic.fact.plural);
  const pair = (named: Category | Dimension | Time, more: Partial<Sides> = {}): Sides => ({
    left: `{${named.placeholder}}`,
    right: `{${named.placeholder}2}`,
    conditions: [
      `${draft.expression(named)} = {${named.placeholder}}`,
      `${draft.expression(named)} = {${named.placeholder}2}`,
    ],
    facts: `${facts} in`,
    free: [named.column],
    noCategory: false,
    ...more,
  });
  const dimension = draft.dimension();
  const ages = (): Sides => {
    const [early, late] = draw
      .pick([
        [0, 1],
        [1, 2],
      ] as const)
      .map((i) => draft.age(AGE_TENS[i])) as [ReturnType<typeof draft.age>, ReturnType<typeof draft.age>];
    const [left, right] = draw.chance(0.7) ? [early, late] : [late, early];
    return {
      left: `the ${left.bare}`,
      right: `the ${right.bare}`,
      conditions: [left.condition, right.condition],
      facts: `${facts} in`,
      free: [],
      noCategory: false,
    };
  };
  const { category, time, birth } = topic;
  return draw.weighted<() => Sides>([
    [category ? 3 : 0, () => pair(category ?? dimension, { facts: '', noCategory: true })],
    [1, () => pair(dimension)],
    [time ? 0.5 : 0, () => pair(time ?? dimension)],
    [birth ? 1.5 : 0, ages],
  ])();
}

/** More, fewer, or by how many. */
export const compareCounts: Family = (draft) => {
  const { draw } = draft;
  const { left, right, conditions, facts, free, noCategory } = sides(draft);
  const filters = draft.filters({ free, noTime: true, noAge: true, noCategory: true, chance: noCategory ? 0.3 : 0.1 });
  const fewer = draw.chance(0.2);
  const difference = draw.chance(0.2);
  const slots = { left, right, facts, where: filters.phrase, more: fewer ? 'fewer' : 'more' };
  const question = difference
    ? draft.say(
        [
          'how many more <facts> <left> than <right> has <E> <past> <where>',
          'by how much do the <left> of <E> exceed the <right> <where>',
        ],
        slots,
      )
    : draft.say(
        [
          'has <E> <past> <more> <facts> <left> than <right> <where>',
          'did <E> <base> <more> <facts> <left> than <right> <where>',
          'are there <more> <facts> <left> than <right> for <E> <where>',
          'comparing <left> with <right> : <more> <facts> the former for <E> <where>',
        ],
        slots,
      );
  const [a, b] = conditions.map((condition) => `SUM(${condition})`);
  const select = difference ? `${a} - ${b}` : truth(draw, `${a} ${fewer ? '<' : '>'} ${b}`);
  return draft.finish(question, `SELECT ${select}${draft.parts.from()}${draft.whereEntity}${filters.where}`);
};
