import { createHash } from 'node:crypto';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import type { DatabaseSchema } from '../databases/schema.ts';
import { athletesSchema } from '../databases/schema.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import type { AnswerForm } from './answer-forms.ts';
import { grammarSampler } from './sample-pairs.ts';
import { athletesWordList, checkWordList } from './word-list.ts';

const goldenForms: AnswerForm[] = [
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
    const sample = grammarSampler(athletesSchema, athletesWordList(), goldenForms);
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
    const sample = grammarSampler(athletesSchema, athletesWordList(), goldenForms);
    const again = grammarSampler(athletesSchema, athletesWordList(), goldenForms);
    for (const i of [0, 5, 99]) expect(again(3, i)).toEqual(sample(3, i));
    expect(sample(4, 0)).not.toEqual(sample(3, 0));
  });

  // what runs learn from: a seed must go on giving the same pairs
  it.each([
    [1, [], 'ce9a9708096a5e9f548ba7a8302fc2d01e22c255e08bde923b31991983ab606f'],
    [7, [], '91bb6bd9f54313efe137ef5234787bd44f37198499ffd868de2345b940f0483b'],
    [1, goldenForms, 'ac0706ef0cba15a703ea09960ea23e643afda0bba099d0c4201b32bdac2296a9'],
    [7, goldenForms, 'bcd51e5ec06bc116beb1a2e9ce4799d68f392cd9edf7f01b754236b2d59d8022'],
  ])('draws from the athletes’ list what it always drew (seed %i)', (seed, known, digest) => {
    const sample = grammarSampler(athletesSchema, athletesWordList(), known);
    const hash = createHash('sha256');
    for (let i = 0; i < 2000; i++) {
      const { question, sql } = sample(seed, i);
      hash.update(`${question}\n${sql}\n`);
    }
    expect(hash.digest('hex')).toBe(digest);
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
    const words = checkWordList({
      topics: [
        {
          fact: {
            table: 'Concert',
            singular: ['concert'],
            plural: ['concerts'],
            verbs: [{ base: 'give', past: 'given' }],
          },
          entity: { column: 'Band.title', placeholder: 'band' },
          dimensions: [
            { column: 'Venue.town', placeholder: 'town', singular: ['town'], plural: ['towns'], filters: ['in {}'] },
          ],
          time: { column: 'Concert.held', placeholder: 'year', singular: ['year'], plural: ['years'] },
        },
      ],
    });
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
    const { topics } = athletesWordList();
    const words = { topics: topics.map((topic) => ({ ...topic, birth: { column: 'Athlete.nickname' } })) };
    expect(() => grammarSampler(athletesSchema, words)).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('Athlete.nickname'),
        hint: expect.stringContaining('columns of Athlete: athlete_id, name'),
      }),
    );
  });
});
