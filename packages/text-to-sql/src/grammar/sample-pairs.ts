/** Samples (question, SQL) pairs from a schema and its word list: what the warm start learns from. */
import { UserError } from '@queryloop/contracts';
import type { DatabaseSchema } from '../databases/schema.ts';
import { keyedDraw } from '../random.ts';
import type { AnswerForm } from './answer-forms.ts';
import { familiesOf } from './family-list.ts';
import { queryParts } from './query-parts.ts';
import { type GrammarPair, QuestionDraft } from './question-draft.ts';
import type { WordList } from './word-list.ts';

/** A sampler of pairs; pair `index` of `seed` is always the same. */
export function grammarSampler(
  schema: DatabaseSchema,
  words: WordList,
  forms: readonly AnswerForm[] = [],
): (seed: number, index: number) => GrammarPair {
  const topics = words.topics.flatMap((topic) => {
    const families = familiesOf(topic, words, schema);
    return families.length > 0 ? [[topic.weight, { topic, families, parts: queryParts(schema, topic) }] as const] : [];
  });
  const [only] = topics;
  if (!only)
    throw new UserError({
      message: 'the word list has no topic that a question can be made of',
      hint: 'give a topic an entity, dimensions, a time or measures (docs/word-lists.md)',
    });
  return (seed, index) => {
    for (let attempt = 0; ; attempt++) {
      const draw = keyedDraw(seed, index, attempt);
      // a list of one topic draws as it did when a list was a topic
      const { topic, families, parts } = topics.length === 1 ? only[1] : draw.weighted(topics);
      const family = draw.weighted(families);
      const { question, sql } = family(new QuestionDraft(draw, topic, parts, forms, words.numbers?.placeholder));
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
