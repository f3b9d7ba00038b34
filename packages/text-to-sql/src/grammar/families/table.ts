/** Questions about the whole table, or about one entity's part of it: how many, which ones, is there any. */
import type { Family, FilterOptions, Filters, QuestionDraft } from '../question-draft.ts';
import type { Category, Dimension, Entity, Time } from '../word-list.ts';
import { truth } from './yes-no.ts';

/** What rows are listed, grouped or counted by. */
export interface Target {
  /** Name of its column in the word list. */
  column: string;
  expression: string;
  singular: readonly string[];
  plural: readonly string[];
  /** Filters that would fix it. */
  free: FilterOptions;
  isEntity: boolean;
}

/** A dimension, the entity (where it has words), the time or the category. */
export function drawTarget(draft: QuestionDraft, { entity: withEntity = true } = {}): Target {
  const { entity, dimensions, time, category } = draft.topic;
  const choices: [number, Entity | Dimension | Time | Category][] = dimensions.map((d) => [2 / dimensions.length, d]);
  if (entity?.singular && withEntity) choices.push([2, entity]);
  if (time) choices.push([1, time]);
  if (category) choices.push([0.5, category]);
  const target = draft.draw.weighted(choices);
  return {
    column: target.column,
    expression: draft.expression(target),
    singular: target.singular ?? [],
    plural: target.plural ?? [],
    free: { free: [target.column], noTime: target === time, noCategory: target === category },
    isEntity: target === entity,
  };
}

export interface Scope extends Filters {
  /** ` WHERE …`, or nothing. */
  condition: string;
}

/** Filters over the whole table, now and then with one entity among them. */
export function drawScope(draft: QuestionDraft, { isEntity = false, free = {} as FilterOptions } = {}): Scope {
  const { draw, topic } = draft;
  const filters = draft.filters({ noAge: true, chance: 0.3, ...free });
  const ofEntity = topic.entity && topic.rows === 'events' && !isEntity && draw.chance(0.3);
  const phrase = ofEntity
    ? `${draw.pick(['of', 'by', 'for', 'with'])} ${draft.entity} ${filters.phrase}`.trim()
    : filters.phrase;
  const where = ofEntity ? `${draft.whereEntity}${filters.where}` : filters.where.replace(' AND ', ' WHERE ');
  return { ...filters, phrase, condition: where };
}

/** Number of rows. */
export const countAll: Family = (draft) => {
  const { facts, phrase, condition } = drawScope(draft);
  const question = draft.say(
    [
      'how many <facts> are there <where>',
      'how many <facts> were <past> <where>',
      'number of all <facts> <where>',
      'what is the overall count of <facts> <where>',
      'count every one of the <facts> <where>',
    ],
    { facts, where: phrase },
  );
  return draft.finish(question, `SELECT COUNT(*)${draft.parts.from()}${condition}`);
};

/** Number of different values. */
export const countDifferentAll: Family = (draft) => {
  const target = drawTarget(draft, { entity: draft.topic.rows === 'events' });
  const { facts, fact, phrase, condition } = drawScope(draft, target);
  const question = draft.say(
    [
      'how many different <many> have <facts> <where>',
      'how many <many> are there with <facts> <where>',
      'count the distinct <many> of <facts> <where>',
      'number of <many> that <past> a <fact> <where>',
    ],
    { many: draft.draw.pick(target.plural), facts, fact, where: phrase },
  );
  return draft.finish(question, `SELECT COUNT(DISTINCT ${target.expression})${draft.parts.from()}${condition}`);
};

/** The different values under a filter. */
export const listAll: Family = (draft) => {
  const target = drawTarget(draft);
  const { facts, fact, phrase, condition } = drawScope(draft, target);
  const question = draft.say(
    [
      'which <many> have <facts> <where>',
      'name every <one> with a <fact> <where>',
      'list the <many> of all <facts> <where>',
      'what are the <many> of <facts> <where>',
      'all <many> that <past> <facts> <where>',
    ],
    { many: draft.draw.pick(target.plural), one: draft.draw.pick(target.singular), facts, fact, where: phrase },
  );
  const distinct = draft.draw.chance(0.75) ? 'DISTINCT ' : '';
  return draft.finish(question, `SELECT ${distinct}${target.expression}${draft.parts.from()}${condition}`);
};

/** Is there any row under a filter. */
export const anyAtAll: Family = (draft) => {
  const { facts, fact, phrase, condition } = drawScope(draft);
  const question = draft.say(
    [
      'is there any <fact> <where>',
      'are there <facts> <where>',
      'was there ever a <fact> <where>',
      'yes or no : at least one <fact> <where>',
    ],
    { facts, fact, where: phrase },
  );
  return draft.finish(question, `SELECT ${truth(draft.draw, 'COUNT(*) > 0')}${draft.parts.from()}${condition}`);
};
