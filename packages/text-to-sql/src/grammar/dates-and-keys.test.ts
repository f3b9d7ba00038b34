import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { DatabaseSchema, TableRows } from '../databases/schema.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { bindPlaceholders } from '../linking/bind-placeholders.ts';
import { indexDatabase } from '../linking/database-index.ts';
import { linkQuestion } from '../linking/link-question.ts';
import { grammarSampler } from './sample-pairs.ts';
import { suggestWordList } from './suggest-word-list.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-dates-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A key of two columns, a reference to the own table, dates instead of years. */
const schema: DatabaseSchema = {
  tables: [
    {
      name: 'hall',
      primaryKey: ['house', 'number'],
      columns: [
        { name: 'house', type: 'text' },
        { name: 'number', type: 'integer' },
        { name: 'hall_name', type: 'text' },
      ],
    },
    {
      name: 'play',
      primaryKey: ['id'],
      columns: [
        { name: 'id', type: 'integer' },
        { name: 'title', type: 'text' },
        { name: 'sequel_of', type: 'integer', references: { table: 'play', column: 'id' } },
      ],
    },
    {
      name: 'performance',
      primaryKey: [],
      columns: [
        { name: 'play_id', type: 'integer', references: { table: 'play', column: 'id' } },
        { name: 'house', type: 'text' },
        { name: 'hall_number', type: 'integer' },
        { name: 'held_on', type: 'date' },
        { name: 'mood', type: 'text' },
        { name: 'takings', type: 'real' },
      ],
      foreignKeys: [{ columns: ['house', 'hall_number'], references: { table: 'hall', columns: ['house', 'number'] } }],
    },
  ],
};
const rows: TableRows = {
  hall: [
    ['East', 1, 'Great Hall'],
    ['East', 2, 'Small Hall'],
    ['West', 1, 'Studio'],
  ],
  play: [
    [1, 'The Kite', null],
    [2, 'The Kite Returns', 1],
  ],
  performance: Array.from({ length: 24 }, (_, i) => [
    1 + (i % 2),
    i % 3 === 2 ? 'West' : 'East',
    i % 3 === 1 ? 2 : 1,
    `20${10 + (i % 7)}-03-0${1 + (i % 9)}`,
    ['glad', 'calm', 'sad'][i % 3] as string,
    i * 10.5,
  ]),
};

it('asks about dates by their years and joins by keys of several columns', async () => {
  const words = suggestWordList(schema, rows);
  const performances = words.topics.find(({ fact }) => fact.table === 'performance');
  expect(performances).toMatchObject({
    time: { column: 'performance.held_on', form: 'date' },
    category: { column: 'performance.mood' },
    measures: [{ column: 'performance.takings' }],
  });
  const path = join(folder, 'data.sqlite');
  buildSqlite(rows, path, schema);
  const executor = await openExecutor({ database: 'sqlite', path });
  try {
    const sample = grammarSampler(schema, words);
    const pairs = Array.from({ length: 300 }, (_, i) => sample(1, i));
    const values = { play: 'The Kite', hall: 'Studio', mood: 'glad', mood2: 'sad', mood3: 'calm', house: 'East' };
    const bound = pairs.map(({ sql }) =>
      bindPlaceholders(sql, { ...values, play2: 'x', hall2: 'x', house2: 'West', year: 2011, year2: 2014, number: 2 }),
    );
    const outcomes = await executor.executeAll(bound);
    outcomes.forEach((outcome, i) => expect(outcome.kind, `${bound[i]}\n${JSON.stringify(outcome)}`).toBe('rows'));
    expect(bound.some((sql) => sql.includes('YEAR(pe.held_on) = 2011'))).toBe(true);
    expect(bound.some((sql) => sql.includes('h.house = pe.house AND h.number = pe.hall_number'))).toBe(true);
  } finally {
    await executor.close();
  }
});

it('links the years of dates', () => {
  const index = indexDatabase(schema, suggestWordList(schema, rows), [rows]);
  expect(linkQuestion('How often was The Kite given in 2012?', index).bindings).toEqual({
    play: 'The Kite',
    year: 2012,
  });
});
