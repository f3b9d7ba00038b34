/** Yes or no: was there any. */
import type { Family } from '../question-draft.ts';

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
  const from = draft.parts.from({ birth: filters.birth });
  return draft.finish(question, `SELECT CASE WHEN COUNT(*) > 0 THEN 'Yes' ELSE 'No' END${from}${draft.whereEntity}${filters.where}`);
};
