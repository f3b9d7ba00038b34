import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { generateWorld } from '../built-in-world/generate-world.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { athletesSchema, type DatabaseSchema, type TableRows } from '../databases/schema.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import { indexDatabase } from '../linking/database-index.ts';
import { linkQuestion } from '../linking/link-question.ts';
import { wordsOfName } from './english-words.ts';
import { riverLineQuestions, riverLineRows, riverLineSchema } from './river-line.fixture.ts';
import { grammarSampler } from './sample-pairs.ts';
import { suggestWordList } from './suggest-word-list.ts';
import { checkWordList } from './word-list.ts';
import { wordListText } from './word-list-text.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-suggest-'));
afterAll(() => rmSync(folder, { recursive: true }));

const world = generateWorld({ seed: 1 });
const databases: [name: string, schema: DatabaseSchema, rows: TableRows, questions: string[]][] = [
  ['the athletes', athletesSchema, world.rows, world.splits.train.questions.map(({ question }) => question)],
  ['the river line', riverLineSchema(), riverLineRows(), riverLineQuestions()],
];

describe.each(databases)('a list suggested for %s', (name, schema, rows, questions) => {
  const words = suggestWordList(schema, rows, questions);

  it('makes queries that run', async () => {
    const path = join(folder, `${name}.sqlite`);
    buildSqlite(rows, path, schema);
    const executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs: 5000 });
    const sample = grammarSampler(schema, words);
    const queries = Array.from({ length: 400 }, (_, i) => sample(3, i).sql);
    const bound = (sql: string) => {
      const names = [...sql.matchAll(/\{(\w+)\}/g)].map(([, placeholder]) => placeholder as string);
      const value = (placeholder: string) => (/^(year|number)\d?$/.test(placeholder) ? 3 : 'Ostra');
      return bindPlaceholders(sql, Object.fromEntries(names.map((placeholder) => [placeholder, value(placeholder)])));
    };
    try {
      const outcomes = await executor.executeAll(queries.map(bound));
      outcomes.forEach((outcome, i) => expect(outcome.kind, `${queries[i]} ${JSON.stringify(outcome)}`).toBe('rows'));
    } finally {
      await executor.close();
    }
  });

  it('links nearly every question', () => {
    const index = indexDatabase(schema, words, [rows]);
    const linked = questions.filter((question) => Object.keys(linkQuestion(question, index).bindings).length > 0);
    expect(linked.length).toBeGreaterThan(0.95 * questions.length);
  });

  it('is the same when it is read back from its YAML, which tells what to edit', () => {
    const text = wordListText(words);
    expect(checkWordList(parse(text))).toEqual(words);
    for (const field of ['fact', 'entity', 'dimensions', 'category', 'time'])
      expect(text, field).toMatch(new RegExp(`# .+\\n +(- )?${field}:`));
  });

  it('takes every word from names and values, none from the questions', () => {
    const names = schema.tables.flatMap((table) => [table.name, ...table.columns.map(({ name }) => name)]);
    const known = wordsIn([...names, ...Object.values(rows).flat(2).map(String)].join(' ').replaceAll('_', ' '));
    const fixed = new Set(
      wordsIn('with the events entities have had year years number highest largest greatest lowest'),
    );
    const stems = new Set(known.map((word) => word.slice(0, 4)));
    for (const word of wordsIn(textsIn(words).join(' ').replaceAll('_', ' ')))
      expect(fixed.has(word) || stems.has(word.slice(0, 4)) || word === 'smallest' || word === 'least', word).toBe(
        true,
      );
  });
});

/** Every text in a list, but for the names of fields. */
function textsIn(item: unknown): string[] {
  if (typeof item === 'string') return [item];
  return typeof item === 'object' && item !== null ? Object.values(item).flatMap(textsIn) : [];
}

const wordsIn = (text: string): string[] =>
  wordsOfName(text)
    .split(' ')
    .filter((word) => word.length > 2);

type Type = 'text' | 'integer' | 'date';
const columnsOf = (types: Record<string, Type>) => Object.entries(types).map(([name, type]) => ({ name, type }));

describe('suggestWordList', () => {
  it('finds facts, entities, dimensions, categories, times and measures', () => {
    const [, schema, rows, questions] = databases[1] as (typeof databases)[number];
    const { topics } = suggestWordList(schema, rows, questions);
    const voyages = topics.find(({ fact }) => fact.table === 'Voyage');
    expect(voyages).toMatchObject({
      fact: { singular: ['voyage'], plural: ['voyages'] },
      rows: 'events',
      category: { column: 'Voyage.season' },
      time: { column: 'Voyage.year', form: 'year' },
    });
    expect(voyages?.measures.map(({ column }) => column)).toEqual(['Voyage.passengers', 'Voyage.delay_minutes']);
    expect(['Boat.name', 'Captain.name']).toContain(voyages?.entity?.column);
    // parts of an event have its time
    expect(topics.find(({ fact }) => fact.table === 'Cargo')?.time?.column).toBe('Voyage.year');
    const boats = topics.find(({ fact, rows: kind }) => fact.table === 'Boat' && kind === 'entities');
    expect(boats).toMatchObject({ entity: { column: 'Boat.name', placeholder: 'boat' } });
    const repairs = topics.find(({ fact }) => fact.table === 'Repair');
    expect(repairs?.dimensions.find(({ column }) => column === 'Shipyard.name')?.optional).toBe(true);
  });

  it('copes with tables that hold little', () => {
    const table = (name: string, ...columns: string[]) => ({
      name,
      primaryKey: [],
      columns: columns.map((each) => ({ name: each, type: 'text' as const })),
    });
    const schema = { tables: [table('日本', '列'), table('Empty')] };
    const words = suggestWordList(schema, { 日本: [['一'], ['一'], ['二']] });
    expect(words.topics).toHaveLength(1);
    expect(grammarSampler(schema, words)(1, 1).sql).toContain('`日本`');
    expect(() => suggestWordList({ tables: [] }, {})).toThrow('no tables');
  });

  it('copes with names that hold dots', () => {
    const columns = columnsOf({ 'full.name': 'text', 'price.net': 'integer' });
    const schema = { tables: [{ name: 'shop.book', primaryKey: [], columns }] };
    const rows = { 'shop.book': Array.from({ length: 9 }, (_, i) => [`The Tale ${i}`, 20 - i]) };
    const words = suggestWordList(schema, rows);
    expect(words.topics[0]).toMatchObject({ entity: { column: 'shop.book.full.name' } });
    expect(checkWordList(parse(wordListText(words)))).toEqual(words);
    const sample = grammarSampler(schema, words);
    const queries = Array.from({ length: 50 }, (_, i) => sample(1, i).sql).join('\n');
    expect(queries).toContain('.`full.name`');
    expect(queries).toContain('FROM `shop.book` ');
  });

  const town = { name: 'Town', primaryKey: ['id'], columns: columnsOf({ id: 'integer', name: 'text' }) };
  const towns = Array.from({ length: 10 }, (_, i) => [i, `Town ${i}`]);

  it('does not take the words of any question for values', () => {
    const columns = columnsOf({ title: 'text', grade: 'text' });
    const schema = { tables: [{ name: 'Book', primaryKey: [], columns }] };
    const rows = { Book: Array.from({ length: 12 }, (_, i) => [`The Tale ${i}`, 'AB'[i % 2] as string]) };
    const words = suggestWordList(schema, rows);
    expect(words.topics[0]?.category?.values).toEqual([
      { value: 'A', words: ['grade a'] },
      { value: 'B', words: ['b', 'b book', 'b books', 'grade b'] },
    ]);
    const index = indexDatabase(schema, words, [rows]);
    const link = (question: string) => linkQuestion(question, index).text;
    expect(link('Is there a book about bees?')).toBe('is there a book about bees ?');
    expect(link('Which book has grade A?')).toBe(link('Which book has grade B?'));
  });

  it('takes births for the time of rows only where there is no other, and for those of one row alone', () => {
    const member = (columns: Record<string, Type>) => ({
      name: 'Member',
      primaryKey: [],
      columns: columnsOf({ name: 'text', birth_year: 'integer', town: 'integer', ...columns }).map((column) =>
        column.name === 'town' ? { ...column, references: { table: 'Town', column: 'id' } } : column,
      ),
    });
    const members = Array.from({ length: 30 }, (_, i) => [`Ann ${i}`, 1950 + i, i % 10, `2020-01-${10 + (i % 20)}`]);
    const suggest = (columns: Record<string, Type>, rows = members) =>
      suggestWordList({ tables: [town, member(columns)] }, { Town: towns, Member: rows }).topics.find(
        ({ fact, entity }) => fact.table === 'Member' && entity?.column === 'Town.name',
      );
    expect(suggest({ joined: 'date' })).toMatchObject({ time: { column: 'Member.joined', form: 'date' } });
    expect(suggest({ joined: 'date' })?.birth).toBeUndefined();
    expect(suggest({})?.time?.column).toBe('Member.birth_year');
    expect(suggest({ joined: 'date' }, members.slice(0, 10))?.birth?.column).toBe('Member.birth_year');
  });
});
