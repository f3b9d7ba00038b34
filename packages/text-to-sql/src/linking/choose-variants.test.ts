import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { athleteRows } from '../databases/athlete-rows.ts';
import { buildSqlite } from '../databases/build-sqlite.ts';
import { athletesSchema } from '../databases/schema.ts';
import { athletesWordList, checkWordList } from '../grammar/word-list.ts';
import { variantChooser } from './choose-variants.ts';

const folder = mkdtempSync(join(tmpdir(), 'queryloop-variants-'));
afterAll(() => rmSync(folder, { recursive: true }));

const medals = [{ type: 'MedalGold' as const, year: 2000, city: 'Rome' }];
const path = join(folder, 'data.sqlite');
buildSqlite(
  athleteRows([
    {
      athlete: 'Ann Lee',
      tournaments: [
        { name: 'City Games', formats: [{ name: 'Team ', medals }] },
        { name: 'Open Cup', formats: [{ name: 'Team', medals }] },
      ],
    },
    { athlete: 'Bo Wu', tournaments: [{ name: 'City Games', formats: [{ name: 'TEAM', medals }] }] },
  ]),
  path,
);
const choose = variantChooser(path, athletesSchema, athletesWordList());

it('takes the writing that occurs with the other values', () => {
  expect(choose({ athlete: 'Ann Lee', tournament: 'City Games', format: 'Team' })).toEqual({
    athlete: 'Ann Lee',
    tournament: 'City Games',
    format: 'Team ',
  });
  expect(choose({ athlete: 'Ann Lee', tournament: 'Open Cup', format: 'Team ' }).format).toBe('Team');
  expect(choose({ athlete: 'Bo Wu', format: 'Team', year: 2000 })).toEqual({
    athlete: 'Bo Wu',
    format: 'TEAM',
    year: 2000,
  });
});

it('leaves values that occur nowhere together, and questions without an entity, as they are', () => {
  const nowhere = { athlete: 'Bo Wu', tournament: 'Open Cup', format: 'Team' };
  expect(choose(nowhere)).toEqual(nowhere);
  expect(choose({ format: 'Team' })).toEqual({ format: 'Team' });
});

it('works through every topic, and reads events only where a name has several writings', () => {
  const list = athletesWordList();
  const [medals] = list.topics;
  const events = {
    fact: { table: 'Tournament', singular: ['entry'], plural: ['entries'] },
    entity: { column: 'Athlete.name', placeholder: 'athlete' },
    dimensions: [
      { column: 'Tournament.name', placeholder: 'cup', singular: ['cup'], plural: ['cups'], filters: ['{}'] },
    ],
  };
  const chooseBoth = variantChooser(path, athletesSchema, checkWordList({ topics: [events, medals] }));
  expect(chooseBoth({ athlete: 'Bo Wu', cup: 'City Games', format: 'Team' }).format).toBe('TEAM');
  const single = { athlete: 'Ann Lee', tournament: 'City Games', format: 'Relay' };
  expect(choose(single)).toBe(single);
});
