import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSqlite } from '../databases/build-sqlite.ts';
import type { SqlExecutor } from '../executors/contract.ts';
import { openExecutor } from '../executors/open-executor.ts';
import { type Bindings, bindPlaceholders } from '../linking/bind-placeholders.ts';
import { keyedDraw } from '../random.ts';
import { familiesOf } from './family-list.ts';
import { queryParts } from './query-parts.ts';
import { QuestionDraft } from './question-draft.ts';
import { riverLineRows, riverLineSchema, riverLineWords } from './river-line.fixture.ts';
import { grammarSampler } from './sample-pairs.ts';
import { athletesWordList, checkWordList, type Topic } from './word-list.ts';

const schema = riverLineSchema();
const words = riverLineWords();
const folder = mkdtempSync(join(tmpdir(), 'queryloop-families-'));
let executor: SqlExecutor;

const bindings: Bindings = {
  ...Object.fromEntries(
    ['boat', 'captain', 'route', 'river', 'town', 'shipyard', 'good', 'part', 'season', 'kind'].flatMap((name) => [
      [name, 'Old Tobias'],
      [`${name}2`, 'winter'],
    ]),
  ),
  year: 1999,
  year2: 2010,
  number: 3,
};

beforeAll(async () => {
  const path = join(folder, 'data.sqlite');
  buildSqlite(riverLineRows(), path, schema);
  executor = await openExecutor({ database: 'sqlite', path }, { timeoutMs: 5000 });
});

afterAll(async () => {
  await executor.close();
  rmSync(folder, { recursive: true });
});

const familyNames = (topic: Topic) => familiesOf(topic, words, schema).map(([, family]) => family);

describe('the families on another schema', () => {
  it('make queries that run, about values that their questions name', async () => {
    const drawn = words.topics.flatMap((topic, t) =>
      familyNames(topic).flatMap((family, f) =>
        Array.from({ length: 12 }, (_, i) => {
          const draft = new QuestionDraft(keyedDraw(t, f, i), topic, queryParts(schema, topic), [], 'number');
          return { ...family(draft), family };
        }),
      ),
    );
    expect(new Set(drawn.map(({ family }) => family)).size).toBeGreaterThanOrEqual(25);
    for (const { question } of drawn) expect(question).not.toMatch(/[<>]|undefined| {2}/);
    const whole = drawn.filter(({ question, sql }) =>
      (sql.match(/\{\w+\}/g) ?? []).every((name) => question.includes(name)),
    );
    // wordings without room for a filter are few
    expect(whole.length).toBeGreaterThan(0.8 * drawn.length);
    const outcomes = await executor.executeAll(whole.map(({ sql }) => bindPlaceholders(sql, bindings)));
    outcomes.forEach((outcome, i) => expect(outcome.kind, `${whole[i]?.sql}\n${JSON.stringify(outcome)}`).toBe('rows'));
  });

  it('leave out what a topic cannot fill', () => {
    const [, captains, , , boats] = words.topics as Topic[];
    const named = (topic: Topic | undefined) => familyNames(topic as Topic).map(({ name }) => name);
    expect(named(captains)).toContain('extremeAge');
    expect(named(words.topics[0])).not.toContain('extremeAge');
    expect(named(boats)).toContain('lookUp');
    expect(named(boats)).not.toContain('countFacts');
    const bare = checkWordList({
      topics: [
        {
          fact: { table: 'Repair', singular: ['repair'], plural: ['repairs'] },
          measures: [{ column: 'Repair.cost', singular: ['cost'] }],
        },
      ],
    });
    expect(familiesOf(bare.topics[0] as Topic, bare, schema).map(([, { name }]) => name)).toEqual([
      'countAll',
      'anyAtAll',
      'measureOf',
    ]);
  });

  it('give the athletes those they had', () => {
    const athletes = athletesWordList();
    const [topic] = athletes.topics as [Topic];
    const names = familiesOf(topic, athletes, { tables: [{ name: 'Medal', columns: [] }] }).map(([, { name }]) => name);
    for (const name of ['countAll', 'topGroup', 'measureOf', 'lookUp', 'extremeInTime'])
      expect(names).not.toContain(name);
  });
});

describe('joins', () => {
  const repairs = words.topics.find(({ fact }) => fact.table === 'Repair') as Topic;

  it('leave out a table that not every row has, unless the query uses it', () => {
    const parts = queryParts(schema, repairs);
    expect(parts.from()).toBe(' FROM Repair re JOIN Boat b ON b.boat_id = re.boat_id');
    const yard = parts.column('Shipyard.name');
    expect(parts.complete(`SELECT COUNT(*)${parts.from()} WHERE ${yard} = {shipyard}`)).toContain(' JOIN Shipyard ');
    expect(parts.complete(`SELECT COUNT(*)${parts.from()}`)).not.toContain('Shipyard');
  });

  it('say which table no key leads to', () => {
    const lost = checkWordList({
      topics: [
        {
          fact: { table: 'Lonely', singular: ['row'], plural: ['rows'] },
          entity: { column: 'Boat.name', placeholder: 'boat' },
        },
      ],
    });
    const tables = [...schema.tables, { name: 'Lonely', columns: [{ name: 'id', type: 'integer' as const }] }];
    expect(() => grammarSampler({ tables }, lost)).toThrow('no foreign keys lead from Lonely to Boat');
  });

  it('quote names that are reserved or odd, and keep aliases apart', () => {
    const odd = {
      tables: [
        { name: 'Order', columns: [column('id'), column('größe'), column('By who', 'Person of note')] },
        { name: 'Person of note', columns: [column('id'), column('select')] },
        { name: 'O', columns: [column('id')] },
      ],
    };
    const list = checkWordList({
      topics: [
        {
          fact: { table: 'Order', singular: ['order'], plural: ['orders'] },
          entity: { column: 'Person of note.select', placeholder: 'person', singular: ['person'], plural: ['people'] },
          dimensions: [
            { column: 'Order.größe', placeholder: 'size', singular: ['size'], plural: ['sizes'], filters: ['of {}'] },
          ],
        },
      ],
    });
    const sample = grammarSampler(odd, list);
    for (let i = 0; i < 50; i++) expect(sample(1, i).sql).toContain(' FROM `Order` o JOIN `Person of note` p ON ');
  });
});

function column(name: string, table?: string) {
  return { name, type: 'text' as const, ...(table && { references: { table, column: 'id' } }) };
}
