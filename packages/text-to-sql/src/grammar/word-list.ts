/**
 * The word list of a database: what people call its tables and columns. With the schema it is all the grammar and the linker
 * know. docs/word-lists.md explains every field with an example.
 */
import { readFileSync } from 'node:fs';
import { UserError } from '@queryloop/contracts';
import { parse } from 'yaml';
import { z } from 'zod';

const columnName = z.string().regex(/^.+\..+$/s, 'expected Table.column'); // both may hold dots of their own
const words = z.array(z.string().min(1)).min(1);
/** Further values of a kind get a number behind the name, so a name has none of its own. */
const placeholder = z.string().regex(/^[a-z]+(_[a-z]+)*$/, 'expected lower-case words joined by _');

/** What lists have where nothing is written. */
export const defaultVerbs = [{ base: 'have', past: 'had' }];
export const defaultMost = ['highest', 'largest', 'greatest'];
export const defaultLeast = ['lowest', 'smallest', 'least'];

const TopicSchema = z
  .strictObject({
    /** What is counted: the table whose rows the questions are about. */
    fact: z.strictObject({
      table: z.string().min(1),
      singular: words,
      plural: words,
      verbs: z
        .array(z.strictObject({ base: z.string(), past: z.string() }))
        .min(1)
        .default(defaultVerbs),
    }),
    /** How often pairs are about it, beside the other topics. */
    weight: z.number().positive().default(1),
    /** Whether each row is something that happened to an entity (medals, loans) or is an entity itself (books, members). */
    rows: z.enum(['events', 'entities']).default('events'),
    /** Who or what a question is about; with words of its own, entities are also listed and ranked. */
    entity: z
      .strictObject({ column: columnName, placeholder, singular: words.optional(), plural: words.optional() })
      .optional(),
    /**
     * Text columns that rows are grouped and filtered by. `series` names one in which events follow each other; `optional`
     * leaves its table out of queries that do not use it, because not every row has one.
     */
    dimensions: z
      .array(
        z.strictObject({
          column: columnName,
          placeholder,
          singular: words,
          plural: words,
          filters: words,
          series: words.optional(),
          optional: z.boolean().optional(),
        }),
      )
      .default([]),
    /** A ranked column with few values, lowest first; `prefix` is what its values carry beyond the word people say. */
    category: z
      .strictObject({
        column: columnName,
        placeholder,
        singular: words,
        plural: words,
        values: z.array(z.strictObject({ value: z.string(), words })).min(2),
        prefix: z.string().default(''),
      })
      .optional(),
    /** Year of a row, or its date, of which questions name the year. */
    time: z
      .strictObject({
        column: columnName,
        placeholder,
        singular: words,
        plural: words,
        form: z.enum(['year', 'date']).default('year'),
      })
      .optional(),
    /** Year of birth of the entity: gives ages. */
    birth: z.strictObject({ column: columnName }).optional(),
    /** Numbers to add up (unless `sum` is false), average, rank and compare by. */
    measures: z
      .array(
        z.strictObject({
          column: columnName,
          singular: words,
          most: words.default(defaultMost),
          least: words.default(defaultLeast),
          sum: z.boolean().default(true),
        }),
      )
      .default([]),
  })
  .superRefine((topic, context) => {
    const issue = (path: (string | number)[], message: string) => context.addIssue({ code: 'custom', path, message });
    const { entity, dimensions, category, time } = topic;
    if (entity && (entity.singular === undefined) !== (entity.plural === undefined))
      issue(['entity'], 'give both singular and plural, or neither');
    if (topic.rows === 'entities' && !entity?.singular) issue(['entity'], 'rows: entities needs an entity with words');
    if (topic.birth && !(entity && time)) issue(['birth'], 'ages need an entity and a time');
    const seen = new Set<string>();
    for (const named of [entity, ...dimensions, category, time]) {
      if (!named) continue;
      if (seen.has(named.placeholder)) issue([], `the placeholder ${named.placeholder} stands for two columns`);
      seen.add(named.placeholder);
    }
  });

const WordListSchema = z
  .strictObject({
    /** What questions may be about, one fact table each; a table may be the fact of several topics. */
    topics: z.array(TopicSchema).min(1),
    /** Links plain numbers ("at least 3", "the top five") under this placeholder. */
    numbers: z.strictObject({ placeholder }).optional(),
  })
  .superRefine(({ topics, numbers }, context) => {
    const times = new Set(topics.flatMap(({ time }) => (time ? [time.placeholder] : [])));
    const others = new Set(
      topics.flatMap(({ entity, dimensions, category }) =>
        [entity, ...dimensions, category].flatMap((named) => (named ? [named.placeholder] : [])),
      ),
    );
    const issue = (message: string) => context.addIssue({ code: 'custom', path: ['topics'], message });
    if (times.size > 1) issue(`a year in a question cannot tell topics apart: give every time one placeholder`);
    for (const name of [...times, ...(numbers ? [numbers.placeholder] : [])])
      if (others.has(name)) issue(`the placeholder ${name} stands for numbers and for text`);
    if (numbers && times.has(numbers.placeholder)) issue('years and other numbers need two placeholders');
  });

export type WordList = z.infer<typeof WordListSchema>;
export type Topic = WordList['topics'][number];
export type Entity = NonNullable<Topic['entity']>;
export type Dimension = Topic['dimensions'][number];
export type Category = NonNullable<Topic['category']>;
export type Time = NonNullable<Topic['time']>;
export type Measure = Topic['measures'][number];
/** A word list as a user may write it: without the fields that have a default. */
export type WordListInput = z.input<typeof WordListSchema>;

/** Fills in defaults and checks; throws UserError naming `where` and the field. */
export function checkWordList(list: unknown, where = 'word list'): WordList {
  const parsed = WordListSchema.safeParse(list);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.');
  throw new UserError({
    message: `${where}: ${field ? `${field}: ` : ''}${issue?.message}`,
    ...(field && { field }),
    hint: 'docs/word-lists.md explains every field',
  });
}

/** Reads and checks a word list; throws UserError naming the file and the field. */
export function loadWordList(path: string): WordList {
  return checkWordList(parseYaml(path), path);
}

function parseYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UserError({ message: `${path}: ${(error as Error).message}`, hint: 'a word list is a YAML file' });
  }
}

/** The word list of the athletes schema, which TEMPTABQA-C and the built-in world share. */
export function athletesWordList(): WordList {
  return loadWordList(new URL('./word-lists/athletes.yaml', import.meta.url).pathname);
}
