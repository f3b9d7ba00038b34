import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { DatabaseSchema } from '../databases/schema.ts';
import { athletesSchema } from '../databases/schema.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import type { AnswerForm } from './answer-forms.ts';
import { grammarSampler } from './sample-pairs.ts';
import { athletesWordList, type WordList } from './word-list.ts';

const forms: AnswerForm[] = [
  { pieces: ['', 'tournament', ' ', 'year', ''], placeholders: ['tournament', 'year'], kind: 'row', count: 20 },
  {
    pieces: ['', 'athlete', " hasn't got any ", 'type', ' at ', 'tournament', ''],
    placeholders: ['athlete', 'type', 'tournament'],
    kind: 'question',
    count: 20,
  },
];
const bindings = {
  athlete: 'A',
  tournament: 'T',
  tournament2: 'U',
  format: 'F',
  format2: 'G',
  city: 'C',
  city2: 'D',
  type: 'MedalGold',
  type2: 'MedalSilver',
  type3: 'MedalBronze',
  year: 2000,
  year2: 2010,
};

/** An empty database of a schema, to compile queries on. */
function emptyDatabase(schema: DatabaseSchema): Database.Database {
  const database = new Database(':memory:');
  for (const { name, columns } of schema.tables)
    database.exec(`CREATE TABLE ${name} (${columns.map((column) => column.name).join(', ')})`);
  return database;
}

describe('grammarSampler', () => {
  it('writes queries that run, about values that the question names', () => {
    const database = emptyDatabase(athletesSchema);
    const sample = grammarSampler(athletesSchema, athletesWordList(), forms);
    const shapes = new Set<string>();
    for (let i = 0; i < 3000; i++) {
      const { question, sql } = sample(7, i);
      const named = new Set(question.match(/\{\w+\}/g));
      for (const placeholder of sql.match(/\{\w+\}/g) ?? [])
        expect(named, `${question} | ${sql}`).toContain(placeholder);
      expect(() => database.prepare(bindPlaceholders(sql, bindings)).all(), sql).not.toThrow();
      expect(question).not.toMatch(/<|>|undefined/);
      shapes.add(sql);
    }
    expect(shapes.size).toBeGreaterThan(500);
  });

  it('draws pair i of a seed the same every time', () => {
    const sample = grammarSampler(athletesSchema, athletesWordList(), forms);
    const again = grammarSampler(athletesSchema, athletesWordList(), forms);
    for (const i of [0, 5, 99]) expect(again(3, i)).toEqual(sample(3, i));
    expect(sample(4, 0)).not.toEqual(sample(3, 0));
  });

  it('works on another schema with another word list', () => {
    const column = (name: string, references?: { table: string; column: string }) => ({
      name,
      type: 'text' as const,
      ...(references && { references }),
    });
    const schema: DatabaseSchema = {
      tables: [
        { name: 'Band', columns: [column('band_id'), column('title')] },
        { name: 'Venue', columns: [column('venue_id'), column('town')] },
        {
          name: 'Concert',
          columns: [
            column('concert_id'),
            column('band_id', { table: 'Band', column: 'band_id' }),
            column('venue_id', { table: 'Venue', column: 'venue_id' }),
            column('held'),
          ],
        },
      ],
    };
    const words: WordList = {
      fact: { table: 'Concert', singular: ['concert'], plural: ['concerts'], verbs: [{ base: 'give', past: 'given' }] },
      entity: { column: 'Band.title', placeholder: 'band' },
      dimensions: [
        { column: 'Venue.town', placeholder: 'town', singular: ['town'], plural: ['towns'], filters: ['in {}'] },
      ],
      time: { column: 'Concert.held', placeholder: 'year', singular: ['year'], plural: ['years'] },
    };
    const database = emptyDatabase(schema);
    const sample = grammarSampler(schema, words);
    for (let i = 0; i < 300; i++) {
      const { sql } = sample(1, i);
      expect(
        () =>
          database.prepare(bindPlaceholders(sql, { band: 'B', town: 'T', town2: 'U', year: 2000, year2: 2001 })).all(),
        sql,
      ).not.toThrow();
    }
  });

  it('names a column of the word list that the schema lacks', () => {
    const words = { ...athletesWordList(), entity: { column: 'Athlete.nickname', placeholder: 'athlete' } };
    expect(() => grammarSampler(athletesSchema, words)(1, 1)).toThrow('Athlete.nickname');
  });
});
