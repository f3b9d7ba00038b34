/** Samples (question, SQL) pairs from a schema and its word list: what the warm start learns from. */
import type { DatabaseSchema } from '../databases/schema.ts';
import { keyedDraw } from '../random.ts';
import type { AnswerForm } from './answer-forms.ts';
import { compareCounts } from './families/compare.ts';
import { countDistinct, countFacts, countTimes } from './families/count.ts';
import { extremeAge, extremeFact, extremeValue, extremeYear } from './families/first-latest.ts';
import { listValues } from './families/list.ts';
import { mostFewest } from './families/most-fewest.ts';
import { ladderSpan, laterInSeries, previousInSeries } from './families/sequence.ts';
import { average, careerSpan } from './families/span-average.ts';
import { anyFact } from './families/yes-no.ts';
import { queryParts } from './query-parts.ts';
import { type Family, type GrammarPair, QuestionDraft } from './question-draft.ts';
import type { WordList } from './word-list.ts';

/** Families with their weights; those that need a category, a series or a birth are left out where there is none. */
const FAMILIES: readonly { weight: number; family: Family; needs?: 'category' | 'birth' }[] = [
  { weight: 3, family: countFacts },
  { weight: 1, family: countTimes },
  { weight: 1, family: countDistinct },
  { weight: 2, family: listValues },
  { weight: 2.5, family: extremeValue },
  { weight: 1.5, family: extremeYear },
  { weight: 1.5, family: extremeAge, needs: 'birth' },
  { weight: 1, family: extremeFact },
  { weight: 3, family: mostFewest },
  { weight: 1.5, family: anyFact },
  { weight: 2, family: compareCounts },
  { weight: 1, family: careerSpan },
  { weight: 1, family: average },
  { weight: 2, family: previousInSeries, needs: 'category' },
  { weight: 1, family: laterInSeries, needs: 'category' },
  { weight: 1, family: ladderSpan, needs: 'category' },
];

/** A sampler of pairs; pair `index` of `seed` is always the same. */
export function grammarSampler(
  schema: DatabaseSchema,
  words: WordList,
  forms: readonly AnswerForm[] = [],
): (seed: number, index: number) => GrammarPair {
  const parts = queryParts(schema, words);
  const ranked = (words.category?.values.length ?? 0) >= 3 && words.dimensions.some(({ series }) => series);
  const families = FAMILIES.filter(({ needs }) =>
    needs === 'birth' ? words.birth : needs === 'category' ? ranked : true,
  );
  const weighted = families.map(({ weight, family }) => [weight, family] as const);
  return (seed, index) => {
    for (let attempt = 0; ; attempt++) {
      const draw = keyedDraw(seed, index, attempt);
      const { question, sql } = draw.weighted(weighted)(new QuestionDraft(draw, words, parts, forms));
      // a wording without room for every filter is dropped: the question must name all that the query uses
      if (placeholdersOf(sql).every((name) => question.includes(name)))
        return { question: closeQuestion(question, draw.uniform()), sql };
    }
  };
}

function placeholdersOf(sql: string): string[] {
  return sql.match(/\{\w+\}/g) ?? [];
}

/** Ends a question as people do: mostly with a question mark, sometimes without. */
function closeQuestion(question: string, u: number): string {
  return u < 0.75 ? `${question} ?` : u < 0.85 ? `${question} .` : question;
}
