/** Rows rebuilt from the benchmark's contexts, against the counts its data is known to have. */
import { expect, test } from 'vitest';
import { benchmarkFolder } from '../datasets/benchmark-folder.fixture.ts';
import { readQuestionsTsv } from '../datasets/read-questions.ts';
import { resolveSplit } from '../datasets/splits.ts';
import { athleteRows, rowsFromContexts } from './athlete-rows.ts';

test.skipIf(benchmarkFolder === null).each([
  ['train', { Athlete: 385, PersonalInformation: 365, Tournament: 1984, Format: 3951, Medal: 6952 }],
  ['Original', { Athlete: 211, PersonalInformation: 196, Tournament: 911, Format: 1910, Medal: 3412 }],
  ['CounterFactual', { Athlete: 235, PersonalInformation: 216, Tournament: 1086, Format: 3461, Medal: 8742 }],
])('%s has the known row counts', (split, expected) => {
  const { path } = resolveSplit(split, benchmarkFolder);
  const rows = rowsFromContexts(readQuestionsTsv(path).map(({ context }) => context));
  expect(Object.fromEntries(Object.entries(rows).map(([table, content]) => [table, content.length]))).toEqual(expected);
});

test('ids count from 1 and foreign keys point at their parents', () => {
  const rows = athleteRows([
    { athlete: 'A', tournaments: [] },
    {
      athlete: 'B',
      birth: { year: 1990, month: 2, day: 3 },
      tournaments: [
        { name: 'Cup', formats: [{ name: 'Singles ', medals: [{ type: 'MedalGold', year: 2001, city: '' }] }] },
      ],
    },
  ]);
  expect(rows).toEqual({
    Athlete: [
      [1, 'A'],
      [2, 'B'],
    ],
    PersonalInformation: [[1, 2, 1990, 2, 3]],
    Tournament: [[1, 2, 'Cup']],
    Format: [[1, 1, 'Singles ']],
    Medal: [[1, 1, 'MedalGold', 2001, null]],
  });
});
