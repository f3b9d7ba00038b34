/**
 * A first word list for a database nobody has described yet: topics guessed from names, keys, types and values. The wording of
 * questions only ranks what was found (which names they say most often); none of it goes into the list.
 */
import { UserError } from '@queryloop/contracts';
import { type DatabaseSchema, foreignKeysOf, type Table, type TableRows } from '../databases/schema.ts';
import { type ColumnRole, columnRoles, type Reached, tablesAbove } from './column-roles.ts';
import { pluralOf, singularOf, wordsOfName } from './english-words.ts';
import { placeholderNames } from './placeholder-names.ts';
import { findColumn } from './query-parts.ts';
import { checkWordList, type WordList, type WordListInput } from './word-list.ts';

type TopicInput = WordListInput['topics'][number];
type DimensionInput = NonNullable<TopicInput['dimensions']>[number];

/** At most so many topics and dimensions each: what a small policy can learn and a person can edit. */
const TOPICS = 10;
const DIMENSIONS = 6;
/** Keys followed from a fact table. */
const STEPS = 3;
/** Numbers whose sum says nothing. */
const NO_SUM =
  /\b(rating|score|grade|rank|age|percent|percentage|rate|ratio|level|height|temperature|average|mean|price|salary|size|version|position)\b/;

/** Words of many questions: where one is a value ("A" of a grade), only what the column is called tells it apart. */
const ORDINARY = new Set(
  'a an the i in on at of by to for from with or and not no yes all any is are was were be do does did has have had it he she we you they who what which when where how many much more most first last one'.split(
    ' ',
  ),
);
const BORN = /\b(birth|born)\b/;

/** Suggests a list; without tables it throws UserError, else there is always a topic. */
export function suggestWordList(schema: DatabaseSchema, rows: TableRows, questions: readonly string[] = []): WordList {
  if (schema.tables.length === 0)
    throw new UserError({ message: 'the database has no tables', hint: 'a word list needs one at least' });
  const guess = new Guess(schema, rows, questions);
  const found = schema.tables
    .flatMap((table) => [guess.events(table), guess.entities(table)])
    .flatMap((topic) => (topic ? [topic] : []))
    .map((topic) => ({ topic, asked: guess.askedAbout(topic) }))
    .sort((a, b) => b.asked - a.asked)
    .slice(0, TOPICS)
    .map(({ topic }) => topic);
  const topics = found.length > 0 ? found : [guess.anything()];
  return checkWordList({ topics, numbers: { placeholder: 'number' } }, 'suggested word list');
}

class Guess {
  private readonly schema: DatabaseSchema;
  private readonly rows: TableRows;
  private readonly questions: readonly string[];
  private readonly roles: Map<string, ColumnRole[]>;
  private readonly placeholder: (table: string, column: string, isName: boolean) => string;

  constructor(schema: DatabaseSchema, rows: TableRows, questions: readonly string[]) {
    this.schema = schema;
    this.rows = rows;
    this.questions = questions.map((question) => ` ${wordsOfName(question)} `);
    this.roles = new Map(schema.tables.map((table) => [table.name, columnRoles(table, rows)]));
    this.placeholder = placeholderNames(['year', 'number']);
  }

  /** Rows that refer to something with a name: events of it. */
  events(fact: Table): TopicInput | undefined {
    const above = tablesAbove(this.schema, fact, this.rows).filter(({ steps }) => steps <= STEPS);
    const named = above.filter(({ table }) => this.nameOf(table) !== undefined);
    if (this.isEmpty(fact) || named.length === 0) return undefined;
    // the nearest, and of those what questions name most, or what there is most of
    const entity = [...named].sort(
      (a, b) =>
        Number(a.optional) - Number(b.optional) ||
        a.steps - b.steps ||
        this.namesAsked(b.table) - this.namesAsked(a.table) ||
        this.count(b.table) - this.count(a.table),
    )[0] as Reached;
    const topic = this.topic(fact, above, entity.table);
    if (!topic.category && !topic.dimensions?.length && !topic.measures?.length) return undefined;
    const birth = topic.time && this.birthOf(entity.table);
    return { ...topic, entity: this.entity(entity.table), ...(birth && { birth }) };
  }

  /** Rows that have a name and more to ask for. */
  entities(table: Table): TopicInput | undefined {
    if (this.isEmpty(table) || this.nameOf(table) === undefined) return undefined;
    const above = tablesAbove(this.schema, table, this.rows).filter(({ steps }) => steps <= STEPS);
    const topic = this.topic(table, above, table);
    if (!topic.time && !topic.category && !topic.dimensions?.length && !topic.measures?.length) return undefined;
    return { ...topic, rows: 'entities', entity: this.entity(table) };
  }

  /** The largest table, when nothing else is to be found. */
  anything(): TopicInput {
    const [largest] = [...this.schema.tables].sort((a, b) => this.count(b) - this.count(a)) as [Table];
    return this.topic(largest, [], undefined);
  }

  /** How often questions name the topic's facts and values. */
  askedAbout({ fact, entity, dimensions = [], category }: TopicInput): number {
    const named = [entity, ...dimensions, category].flatMap((each) => (each ? [each.column] : []));
    const roles = named.map((column) => {
      const found = findColumn(this.schema, column);
      return found && this.roles.get(found.table.name)?.[found.place];
    });
    const values = roles.reduce((total, role) => total + (role ? this.asked(valuesOf(role)) : 0), 0);
    return values + this.asked([...fact.singular, ...fact.plural]);
  }

  /** How many questions say one of the phrases. */
  private asked(phrases: readonly string[]): number {
    return this.questions.filter((question) => phrases.some((phrase) => question.includes(` ${phrase} `))).length;
  }

  private topic(fact: Table, above: readonly Reached[], entity: Table | undefined): TopicInput {
    const own = this.roles.get(fact.name) ?? [];
    const one = singularOf(wordsOfName(fact.name)) || 'row';
    const time = this.timeOf(fact, entity === fact ? [] : above);
    const category = own.filter(({ role }) => role === 'category').sort((a, b) => a.values.length - b.values.length)[0];
    const measures = own.filter(({ role }) => role === 'measure');
    return {
      fact: { table: fact.name, singular: [one], plural: [pluralOf(one)] },
      dimensions: this.dimensions(fact, above, entity, category),
      ...(category && { category: this.category(fact, category) }),
      ...(time && { time }),
      measures: measures.map(({ name }) => ({
        column: `${fact.name}.${name}`,
        singular: [wordsOfName(name) || 'value'],
        ...(NO_SUM.test(wordsOfName(name)) && { sum: false }),
      })),
    };
  }

  /** A year or date of the rows, or of the events that they are parts of (lines of an order). */
  private timeOf(fact: Table, above: readonly Reached[]): TopicInput['time'] {
    const events = above.filter(
      ({ table, steps, optional }) => steps === 1 && !optional && foreignKeysOf(table).length > 0,
    );
    for (const table of [fact, ...events.map((each) => each.table)]) {
      const isBirth = ({ name }: ColumnRole) => BORN.test(wordsOfName(name));
      const found =
        this.column(table, (column) => column.role === 'year' && !isBirth(column)) ??
        this.column(table, (column) => column.role === 'date' && !isBirth(column)) ??
        this.column(table, ({ role }) => role === 'year' || role === 'date');
      if (!found) continue;
      const form = found.role === 'year' ? ('year' as const) : ('date' as const);
      const words = bothNumbers(form === 'year' ? found.name : 'year');
      return { column: `${table.name}.${found.name}`, placeholder: 'year', ...words, form };
    }
    return undefined;
  }

  /** Own text columns, names of the tables above and their groups: those that questions name most first. */
  private dimensions(
    fact: Table,
    above: readonly Reached[],
    entity: Table | undefined,
    category: ColumnRole | undefined,
  ): DimensionInput[] {
    const places = [{ table: fact, steps: 0, optional: false }, ...above];
    const candidates = places.flatMap(({ table, steps, optional }) =>
      (this.roles.get(table.name) ?? [])
        .filter(
          (column) =>
            column !== category && (column.role === 'group' || column.role === 'category' || column.role === 'name'),
        )
        .filter(({ role }) => role !== 'name' || table !== entity)
        .map((column) => ({ table, column, steps, optional, asked: this.asked(valuesOf(column)) })),
    );
    return candidates
      .sort((a, b) => b.asked - a.asked || a.steps - b.steps)
      .slice(0, DIMENSIONS)
      .map(({ table, column, optional }) => {
        const isName = column.role === 'name' || /^(name|title)$/.test(wordsOfName(column.name));
        const named = isName ? table.name : column.name;
        const [one] = bothNumbers(named).singular;
        return {
          column: `${table.name}.${column.name}`,
          placeholder: this.placeholder(table.name, column.name, isName),
          ...bothNumbers(named),
          filters: ['of {}', 'with {}', 'in {}', `with the ${one} {}`],
          ...(optional && { optional }),
        };
      });
  }

  private category(fact: Table, { name, values }: ColumnRole): NonNullable<TopicInput['category']> {
    const texts = values.map(String).sort();
    // "MedalGold" of a medal is a "gold medal"
    const [one, many] = [singularOf(wordsOfName(fact.name)), pluralOf(singularOf(wordsOfName(fact.name)))];
    const prefixed = texts.every((text) => wordsOfName(text).startsWith(`${one} `) && text.length > one.length);
    const prefix = prefixed ? (texts[0] as string).slice(0, one.length) : '';
    const said = (value: string): string => wordsOfName(value.slice(prefix.length)) || value;
    const isOrdinary = (value: string): boolean => ORDINARY.has(said(value));
    const called = texts.some(isOrdinary) ? [bothNumbers(name).singular[0]] : [];
    return {
      column: `${fact.name}.${name}`,
      placeholder: this.placeholder(fact.name, name, false),
      ...bothNumbers(name),
      values: texts.map((value) => {
        const alone = isOrdinary(value) ? [] : [said(value), `${said(value)} ${one}`, `${said(value)} ${many}`];
        return { value, words: [...alone, ...called.map((column) => `${column} ${said(value)}`)] };
      }),
      ...(prefix !== '' && texts.every((text) => text.startsWith(prefix)) && { prefix }),
    };
  }

  private entity(table: Table): NonNullable<TopicInput['entity']> {
    const { name } = this.nameOf(table) as ColumnRole;
    return {
      column: `${table.name}.${name}`,
      placeholder: this.placeholder(table.name, name, true),
      ...bothNumbers(table.name),
    };
  }

  private nameOf(table: Table): ColumnRole | undefined {
    return this.column(table, ({ role }) => role === 'name');
  }

  private column(table: Table, is: (role: ColumnRole) => boolean): ColumnRole | undefined {
    return this.roles.get(table.name)?.find(is);
  }

  /** A year of birth beside the name, or in a table with a row for each: members' births are none of their town's. */
  private birthOf(entity: Table): TopicInput['birth'] {
    const describesIt = (table: Table) =>
      table.columns.some(({ references }, place) => {
        if (references?.table !== entity.name) return false;
        const referring = (this.rows[table.name] ?? []).map((row) => row[place]);
        return new Set(referring).size === referring.length;
      });
    for (const table of [entity, ...this.schema.tables.filter(describesIt)]) {
      const born = this.column(table, ({ role, name }) => role === 'year' && BORN.test(wordsOfName(name)));
      if (born) return { column: `${table.name}.${born.name}` };
    }
    return undefined;
  }

  private namesAsked(table: Table): number {
    const name = this.nameOf(table);
    return name ? this.asked(valuesOf(name)) : 0;
  }

  private count(table: Table): number {
    return this.rows[table.name]?.length ?? 0;
  }

  private isEmpty(table: Table): boolean {
    return this.count(table) === 0;
  }
}

/** Values as questions would say them; enough of them to rank by. */
const valuesOf = ({ values }: ColumnRole): string[] => values.slice(0, 500).map((value) => wordsOfName(String(value)));

function bothNumbers(name: string): { singular: [string]; plural: [string] } {
  const one = singularOf(wordsOfName(name)) || 'value';
  return { singular: [one], plural: [pluralOf(one)] };
}
