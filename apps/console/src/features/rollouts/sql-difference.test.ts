import { expect, test } from 'vitest';
import { sqlDifference, sqlTokens } from './sql-difference.ts';

test('tokens joined are the statement again, whatever stands in it', () => {
  const statements = [
    "SELECT a.name, 'O''Neil' FROM {type2} WHERE x>=1",
    'SELECT "un\u0007closed',
    "'lone \\' quote 🏃 Ólafur",
    '  leading',
    '',
  ];
  for (const sql of statements) expect(sqlTokens(sql).join('')).toBe(sql);
  expect(sqlTokens("a.b  = 'x y'")).toEqual(['a', '.', 'b  ', '= ', "'x y'"]);
});

test('marks what differs by whole tokens, in the order of the query', () => {
  const parts = sqlDifference('select COUNT(*) FROM Medal', "SELECT MAX(year) FROM Medal WHERE type='gold'");
  expect(
    parts
      .filter((part) => part.in !== 'other')
      .map(({ text }) => text)
      .join(''),
  ).toBe('select COUNT(*) FROM Medal');
  expect(parts.find((part) => part.in === 'own')?.text.trim()).toBe('COUNT');
  expect(parts.at(-1)).toEqual({ text: " WHERE type='gold'", in: 'other' });
  expect(sqlDifference('SELECT  1', 'select 1').every((part) => part.in === 'both')).toBe(true);
});
