/** One question being written: the draws, the words and the filters it has so far. */
import type { Draw } from '../random.ts';
import { type AnswerForm, answerExpression } from './answer-forms.ts';
import { AGE_TENS, LIFE_STAGES } from './life-stages.ts';
import type { QueryParts } from './query-parts.ts';
import type { Category, Dimension, Entity, Time, Topic } from './word-list.ts';

export interface GrammarPair {
  /** Linked question: lower case, `{placeholder}` for values. */
  question: string;
  /** SQL with the same placeholders. */
  sql: string;
}

/** A family of questions: draws one (question, SQL) pair. */
export type Family = (draft: QuestionDraft) => GrammarPair;

export interface Filters {
  /** Conditions after the entity's, each with its leading ` AND `. */
  where: string;
  /** Phrases to put behind the verb. */
  phrase: string;
  /** The facts meant: "medals", "{type}", "{tournament} {type}". */
  facts: string;
  /** A single one of them. */
  fact: string;
}

export interface FilterOptions {
  /** Dimensions that stay free because the question asks for them. */
  free?: readonly string[];
  /** Leave the category free. */
  noCategory?: boolean;
  /** Leave the time free. */
  noTime?: boolean;
  /** Leave ages out. */
  noAge?: boolean;
  /** Chance of each kind of filter. */
  chance?: number;
}

/** How many dimensions a question filters by at most, on average, when each has a chance of one. */
const FILTERED_DIMENSIONS = 3;

export class QuestionDraft {
  readonly draw: Draw;
  readonly topic: Topic;
  readonly parts: QueryParts;
  readonly rowForms: readonly AnswerForm[];
  /** `{number}`, where the word list links plain numbers. */
  readonly number: string | undefined;
  private readonly questionForms: readonly AnswerForm[];

  constructor(draw: Draw, topic: Topic, parts: QueryParts, forms: readonly AnswerForm[] = [], number?: string) {
    this.draw = draw;
    this.topic = topic;
    this.parts = parts;
    this.number = number && `{${number}}`;
    const known = [topic.entity, ...topic.dimensions, topic.category, topic.time].map((named) => named?.placeholder);
    this.rowForms = forms.filter(
      ({ kind, placeholders }) => kind === 'row' && placeholders.every((name) => known.includes(name)),
    );
    this.questionForms = forms.filter(({ kind }) => kind === 'question');
  }

  /**
   * Finishes a pair: joins the tables it uses. Where the answers have a sentence for "nothing found" that names just the values
   * this question names, the query sometimes answers with it.
   */
  finish(question: string, query: string): GrammarPair {
    const sql = this.parts.complete(query);
    const named = new Set([...question.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const forms = this.questionForms.filter(
      ({ placeholders }) => placeholders.length === named.size && placeholders.every((name) => named.has(name)),
    );
    if (forms.length === 0 || this.draw.chance(0.5) || !selectsOneColumn(sql)) return { question, sql };
    const sentence = answerExpression(this.draw.pick(forms), (name) => `{${name}}`, this.topic.category);
    const inner = sql.replace(' FROM ', ' AS answer FROM ');
    return {
      question,
      sql: `SELECT COALESCE(x.answer, ${sentence}) FROM (SELECT 1 AS one) o LEFT JOIN (${inner}) x ON 1 = 1`,
    };
  }

  /** `{athlete}`. */
  get entity(): string {
    return `{${present(this.topic.entity).placeholder}}`;
  }

  /** ` WHERE a.name = {athlete}`. */
  get whereEntity(): string {
    return ` WHERE ${this.parts.column(present(this.topic.entity).column)} = ${this.entity}`;
  }

  /** The year of a row. */
  get time(): string {
    const { column, form } = present(this.topic.time);
    return form === 'date' ? `YEAR(${this.parts.column(column)})` : this.parts.column(column);
  }

  /** What rows are ordered by in time: the date itself where there is one. */
  get moment(): string {
    return this.parts.column(present(this.topic.time).column);
  }

  /** The year of another row of the fact table. */
  timeOf(alias: string): string {
    return present(this.topic.time).form === 'date' ? `YEAR(${this.momentOf(alias)})` : this.momentOf(alias);
  }

  momentOf(alias: string): string {
    return `${alias}.${this.parts.bare(present(this.topic.time).column)}`;
  }

  dimension(): Dimension {
    return this.draw.pick(this.topic.dimensions);
  }

  /** Expression of an entity, dimension, category or time. */
  expression(named: Entity | Dimension | Category | Time): string {
    return named === this.topic.time ? this.time : this.parts.column(named.column);
  }

  /** A phrase of the list in which `<E>` is the entity and `<base>`/`<past>` a verb of the fact. */
  say(templates: readonly string[], slots: Record<string, string> = {}): string {
    const verb = this.draw.pick(this.topic.fact.verbs);
    const entity = this.topic.entity ? this.entity : '';
    const all: Record<string, string> = { E: entity, base: verb.base, past: verb.past, ...slots };
    return this.draw
      .pick(templates)
      .replace(/<(\w+)>/g, (_, name: string) => all[name] ?? '')
      .replace(/\s+/g, ' ')
      .trim();
  }

  /** Draws filters on dimensions, category, time, age and measures, in this fixed order in the SQL. */
  filters({ free = [], noCategory = false, noTime = false, noAge = false, chance = 0.3 }: FilterOptions = {}): Filters {
    const { draw, topic, parts } = this;
    const phrases: string[] = [];
    let where = '';
    let before = '';
    const each = chance * Math.min(1, FILTERED_DIMENSIONS / topic.dimensions.length);
    for (const { column, placeholder, filters } of topic.dimensions) {
      if (free.includes(column) || !draw.chance(each)) continue;
      const slot = `{${placeholder}}`;
      if (before === '' && draw.chance(0.4)) before = slot;
      else phrases.push(draw.pick(filters).replace('{}', slot));
      where += ` AND ${parts.column(column)} = ${slot}`;
    }
    let facts = draw.pick(topic.fact.plural);
    let fact = draw.pick(topic.fact.singular);
    if (topic.category && !noCategory && draw.chance(0.45)) {
      facts = fact = `{${topic.category.placeholder}}`;
      where += ` AND ${parts.column(topic.category.column)} = ${facts}`;
    }
    if (topic.time && !noTime && draw.chance(chance)) {
      const [phrase, condition] = this.timeFilter(topic.time.placeholder);
      phrases.push(phrase);
      where += condition;
    }
    if (!noAge && topic.birth && draw.chance(chance * 0.8)) {
      const { phrase, condition } = this.age();
      phrases.push(phrase);
      where += ` AND ${condition}`;
    }
    if (this.number && topic.measures.length > 0 && draw.chance(chance * 0.4)) {
      const [phrase, condition] = this.measureFilter(this.number);
      phrases.push(phrase);
      where += condition;
    }
    if (draw.chance(0.3)) phrases.reverse();
    if (before && draw.chance(0.3)) phrases.unshift(`in the ${before}`);
    else if (before) {
      facts = `${before} ${facts}`;
      fact = `${before} ${fact}`;
    }
    return { where, phrase: phrases.join(' '), facts, fact };
  }

  /** A condition on the age at an event, in years of the calendar. */
  age(tens: (typeof AGE_TENS)[number] = this.draw.pick(AGE_TENS)): { phrase: string; bare: string; condition: string } {
    const [base, word] = tens;
    const stage = this.draw.pick(LIFE_STAGES);
    const span = this.draw.pick(stage.spans);
    const which = `${this.draw.pick(stage.words)} ${word}`.trim();
    const phrase = this.draw.pick(['in the <>', 'during the <>', 'while in the <>', 'as somebody in the <>', 'in <>']);
    return {
      phrase: phrase.replace('<>', which),
      bare: which,
      condition: `${this.ageColumn} BETWEEN ${base + span[0]} AND ${base + span[1]}`,
    };
  }

  /** `(m.year - p.birth_year)`. */
  get ageColumn(): string {
    return `(${this.time} - ${this.parts.column(present(this.topic.birth).column)})`;
  }

  private timeFilter(placeholder: string): [phrase: string, condition: string] {
    const slot = `{${placeholder}}`;
    const second = `{${placeholder}2}`;
    return this.draw.weighted([
      [
        4,
        [
          this.draw.pick([`in ${slot}`, `during ${slot}`, `in the year ${slot}`, `in the season of ${slot}`]),
          ` AND ${this.time} = ${slot}`,
        ],
      ],
      [1, [this.draw.pick([`before ${slot}`, `up to ${slot}`, `earlier than ${slot}`]), ` AND ${this.time} < ${slot}`]],
      [1, [this.draw.pick([`after ${slot}`, `since ${slot}`, `later than ${slot}`]), ` AND ${this.time} > ${slot}`]],
      [1, [`between ${slot} and ${second}`, ` AND ${this.time} BETWEEN ${slot} AND ${second}`]],
    ]);
  }

  private measureFilter(slot: string): [phrase: string, condition: string] {
    const { column, singular } = this.draw.pick(this.topic.measures);
    const name = this.draw.pick(singular);
    const measure = this.parts.column(column);
    return this.draw.weighted([
      [
        2,
        [this.draw.pick([`with a ${name} above ${slot}`, `of more than ${slot} ${name}`]), ` AND ${measure} > ${slot}`],
      ],
      [
        1,
        [this.draw.pick([`with a ${name} below ${slot}`, `of less than ${slot} ${name}`]), ` AND ${measure} < ${slot}`],
      ],
      [
        1,
        [
          this.draw.pick([`with a ${name} of at least ${slot}`, `with ${slot} ${name} or more`]),
          ` AND ${measure} >= ${slot}`,
        ],
      ],
      [
        0.5,
        [this.draw.pick([`with a ${name} of ${slot}`, `with exactly ${slot} ${name}`]), ` AND ${measure} = ${slot}`],
      ],
    ]);
  }
}

/** What a family's needs promise to be there. */
export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a family was drawn for a topic that lacks what it needs');
  return value;
}

/** Whether a query gives one column: what stands for nothing found takes the place of one. */
function selectsOneColumn(sql: string): boolean {
  let depth = 0;
  for (const character of sql.slice(0, sql.indexOf(' FROM '))) {
    if (character === '(') depth += 1;
    else if (character === ')') depth -= 1;
    else if (character === ',' && depth === 0) return false;
  }
  return true;
}
