/** One question being written: the draws, the words and the filters it has so far. */
import type { Draw } from '../random.ts';
import { type AnswerForm, answerExpression } from './answer-forms.ts';
import type { QueryParts } from './query-parts.ts';
import type { Dimension, WordList } from './word-list.ts';

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
  /** The query needs the entity's birth. */
  birth: boolean;
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

/** Parts of a life by the tens; where people disagree about the bounds, so do the alternatives. */
const LIFE_STAGES: readonly { words: readonly string[]; spans: readonly (readonly [number, number])[] }[] = [
  {
    words: ['', ''],
    spans: [
      [0, 9],
      [0, 10],
    ],
  },
  {
    words: ['early', 'first part of the'],
    spans: [
      [0, 3],
      [0, 4],
      [0, 2],
      [1, 3],
    ],
  },
  {
    words: ['mid', 'middle'],
    spans: [
      [4, 6],
      [4, 7],
      [3, 6],
      [3, 7],
    ],
  },
  {
    words: ['late', 'last part of the'],
    spans: [
      [7, 9],
      [8, 10],
      [6, 9],
      [8, 9],
      [7, 10],
    ],
  },
];
/** Tens of years an age question speaks of. */
export const AGE_TENS: readonly (readonly [number, string])[] = [
  [20, 'twenties'],
  [30, 'thirties'],
  [40, 'forties'],
];

export class QuestionDraft {
  readonly draw: Draw;
  readonly words: WordList;
  readonly parts: QueryParts;

  readonly rowForms: readonly AnswerForm[];
  private readonly questionForms: readonly AnswerForm[];

  constructor(draw: Draw, words: WordList, parts: QueryParts, forms: readonly AnswerForm[]) {
    this.draw = draw;
    this.words = words;
    this.parts = parts;
    this.rowForms = forms.filter(({ kind }) => kind === 'row');
    this.questionForms = forms.filter(({ kind }) => kind === 'question');
  }

  /**
   * Finishes a pair. Where the answers have a sentence for "nothing found" that names just the values this question names,
   * the query sometimes answers with it.
   */
  finish(question: string, sql: string): GrammarPair {
    const named = new Set([...question.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
    const forms = this.questionForms.filter(
      ({ placeholders }) => placeholders.length === named.size && placeholders.every((name) => named.has(name)),
    );
    if (forms.length === 0 || this.draw.chance(0.5)) return { question, sql };
    const sentence = answerExpression(this.draw.pick(forms), (name) => `{${name}}`, this.words.category);
    const inner = sql.replace(' FROM ', ' AS answer FROM ');
    return {
      question,
      sql: `SELECT COALESCE(x.answer, ${sentence}) FROM (SELECT 1 AS one) o LEFT JOIN (${inner}) x ON 1 = 1`,
    };
  }

  /** `{athlete}`. */
  get entity(): string {
    return `{${this.words.entity.placeholder}}`;
  }

  /** ` WHERE a.name = {athlete}`. */
  get whereEntity(): string {
    return ` WHERE ${this.parts.column(this.words.entity.column)} = ${this.entity}`;
  }

  get time(): string {
    return this.parts.column(this.words.time.column);
  }

  dimension(): Dimension {
    return this.draw.pick(this.words.dimensions);
  }

  /** A phrase of the list in which `{E}` is the entity and `{base}`/`{past}` a verb of the fact. */
  say(templates: readonly string[], slots: Record<string, string> = {}): string {
    const verb = this.draw.pick(this.words.fact.verbs);
    const all: Record<string, string> = { E: this.entity, base: verb.base, past: verb.past, ...slots };
    return this.draw
      .pick(templates)
      .replace(/<(\w+)>/g, (_, name: string) => all[name] ?? '')
      .replace(/\s+/g, ' ')
      .trim();
  }

  /** Draws filters on dimensions, category, time and age, in this fixed order in the SQL. */
  filters({ free = [], noCategory = false, noTime = false, noAge = false, chance = 0.3 }: FilterOptions = {}): Filters {
    const { draw, words, parts } = this;
    const phrases: string[] = [];
    let where = '';
    let before = '';
    for (const { column, placeholder, filters } of words.dimensions) {
      if (free.includes(column) || !draw.chance(chance)) continue;
      const slot = `{${placeholder}}`;
      if (before === '' && draw.chance(0.4)) before = slot;
      else phrases.push(draw.pick(filters).replace('{}', slot));
      where += ` AND ${parts.column(column)} = ${slot}`;
    }
    let facts = draw.pick(words.fact.plural);
    let fact = draw.pick(words.fact.singular);
    if (words.category && !noCategory && draw.chance(0.45)) {
      facts = fact = `{${words.category.placeholder}}`;
      where += ` AND ${parts.column(words.category.column)} = ${facts}`;
    }
    if (!noTime && draw.chance(chance)) {
      const [phrase, condition] = this.timeFilter();
      phrases.push(phrase);
      where += condition;
    }
    let birth = false;
    if (!noAge && words.birth && draw.chance(chance * 0.8)) {
      const { phrase, condition } = this.age();
      phrases.push(phrase);
      where += ` AND ${condition}`;
      birth = true;
    }
    if (draw.chance(0.3)) phrases.reverse();
    if (before && draw.chance(0.3)) phrases.unshift(`in the ${before}`);
    else if (before) {
      facts = `${before} ${facts}`;
      fact = `${before} ${fact}`;
    }
    return { where, phrase: phrases.join(' '), facts, fact, birth };
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
    return `(${this.time} - ${this.parts.column(this.words.birth?.column ?? '')})`;
  }

  private timeFilter(): [phrase: string, condition: string] {
    const slot = `{${this.words.time.placeholder}}`;
    const second = `{${this.words.time.placeholder}2}`;
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
}
