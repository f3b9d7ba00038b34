/** Yes or no: was there any. */
import type { Draw } from '../../random.ts';
import type { Family } from '../question-draft.ts';

/** A truth as people write it or as SQL does. */
export function truth(draw: Draw, condition: string): string {
  return draw.pick([`CASE WHEN ${condition} THEN 'Yes' ELSE 'No' END`, condition]);
}

/** Is there at least one event under the filters. */
export const anyFact: Family = (draft) => {
  const filters = draft.filters({ chance: 0.4, noAge: draft.draw.chance(0.6) });
  const question = draft.say(
    [
      'is there a <fact> that <E> <past> <where>',
      'did <E> <base> any <facts> <where>',
      'has <E> at any time <past> a <fact> <where>',
      'was <E> able to <base> <facts> <where>',
      'yes or no : <E> <past> a <fact> <where>',
    ],
    { facts: filters.facts, fact: filters.fact, where: filters.phrase },
  );
  return draft.finish(
    question,
    `SELECT ${truth(draft.draw, 'COUNT(*) > 0')}${draft.parts.from()}${draft.whereEntity}${filters.where}`,
  );
};
