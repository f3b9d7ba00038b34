/** The word list of a database: what people call its columns. With the schema it is all the grammar knows. */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const columnName = z.string().regex(/^\w+\.\w+$/, 'expected Table.column');
const words = z.array(z.string().min(1)).min(1);

const WordListSchema = z.strictObject({
  /** What is counted: the table of events. */
  fact: z.strictObject({
    table: z.string(),
    singular: words,
    plural: words,
    verbs: z.array(z.strictObject({ base: z.string(), past: z.string() })).min(1),
  }),
  /** Who or what a question is about. */
  entity: z.strictObject({ column: columnName, placeholder: z.string() }),
  /** Text columns that events are grouped and filtered by; `series` names one in which events follow each other. */
  dimensions: z
    .array(
      z.strictObject({
        column: columnName,
        placeholder: z.string(),
        singular: words,
        plural: words,
        filters: words,
        series: words.optional(),
      }),
    )
    .min(1),
  /** A ranked column with few values, lowest first; `prefix` is what its values carry beyond the word people say. */
  category: z
    .strictObject({
      column: columnName,
      placeholder: z.string(),
      singular: words,
      plural: words,
      values: z.array(z.strictObject({ value: z.string(), words })).min(2),
      prefix: z.string().default(''),
    })
    .optional(),
  /** Year of an event. */
  time: z.strictObject({ column: columnName, placeholder: z.string(), singular: words, plural: words }),
  /** Year of birth of the entity: gives ages. */
  birth: z.strictObject({ column: columnName }).optional(),
});
export type WordList = z.infer<typeof WordListSchema>;
export type Dimension = WordList['dimensions'][number];

/** Reads and checks a word list; throws UserError naming the file and the field. */
export function loadWordList(path: string): WordList {
  const parsed = WordListSchema.safeParse(parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UserError({
    message: `${path}: ${issue?.path.join('.')}: ${issue?.message}`,
    field: issue?.path.join('.'),
    hint: 'compare with the word list of the built-in athletes schema',
  });
}

/** The word list of the athletes schema, which TEMPTABQA-C and the built-in world share. */
export function athletesWordList(): WordList {
  return loadWordList(new URL('./word-lists/athletes.yaml', import.meta.url).pathname);
}
