import { expect, test } from 'vitest';
import { athletesSchema } from '../databases/schema.ts';
import { holdsAnswer, readsTable } from './audit-query.ts';

test.each([
  ['SELECT COUNT(*) FROM Medal', true],
  ['SELECT 1 WHERE 2 IN (SELECT year FROM `Medal` m)', true],
  ['select name from athlete', true],
  ['SELECT 2 FROM Format, Medal', true],
  ['SELECT x.n FROM (SELECT 1 AS n) x JOIN Athlete a ON 1 = 1', true],
  ['SELECT 2', false],
  ["SELECT 'Medal'", false],
  ['SELECT 2 AS Medal', false],
  ['SELECT n FROM (SELECT 2 AS n) t', false],
  ["SELECT 'unclosed", false],
])('%s reads a table: %s', (sql, reads) => {
  expect(readsTable(sql, athletesSchema)).toBe(reads);
});

test.each([
  ['2', 'SELECT 2'],
  ['2', 'SELECT 2.0 FROM Medal LIMIT 1'],
  ['2', "SELECT '2' AS answer FROM Medal"],
  ['2', 'SELECT (SELECT 2)'],
  ['2', '(SELECT 2)'],
  ['2', 'SELECT COALESCE(MAX(year), 2) FROM Medal'],
  ['2', 'SELECT CASE WHEN COUNT(*) > 3 THEN 2 ELSE 5 END FROM Medal'],
  ['Rome', "SELECT 'rome' FROM Medal"],
  ['Rome, Oslo', "SELECT 'Rome, Oslo'"],
  ['Rome, Oslo', "SELECT 'Oslo' UNION SELECT 'Rome' FROM Medal"],
  ['Yes', "SELECT 'Yes' FROM Medal"],
])('%s stands in %s', (answer, sql) => {
  expect(holdsAnswer(sql, answer, [])).toBe(true);
});

test.each([
  ['2', 'SELECT COUNT(*) FROM Medal LIMIT 2'],
  ['2', 'SELECT year FROM Medal WHERE medal_id = 2'],
  ['2', 'SELECT year FROM Medal WHERE medal_id IN (2, 3)'],
  ['2', 'SELECT ROUND(AVG(year), 2) FROM Medal'],
  ['2', 'SELECT MAX(year) - 2 FROM Medal'],
  ['2', 'SELECT type, COUNT(*) FROM Medal GROUP BY 1, 2 ORDER BY 1, 2'],
  ['2', 'SELECT year FROM Medal ORDER BY year LIMIT 1, 2'],
  ['1', 'SELECT COUNT(1) FROM Medal'],
  ['1', 'SELECT SUM(CASE WHEN year > 2 THEN 1 ELSE 0 END) FROM Medal'],
  ['1', 'SELECT EXISTS(SELECT 1 FROM Medal)'],
  ['1', 'SELECT x.n FROM (SELECT 1 AS one) o LEFT JOIN (SELECT COUNT(*) AS n FROM Medal) x ON 1 = 1'],
  ['0', 'SELECT COALESCE(SUM(year), 0) FROM Medal'],
  ['Yes', "SELECT CASE WHEN COUNT(*) > 0 THEN 'Yes' ELSE 'No' END FROM Medal"],
  ['Rome, Oslo', "SELECT 'Rome', location FROM Medal"],
  ['Rome', "SELECT location FROM Medal WHERE location = 'Rome'"],
])('%s does not stand in %s', (answer, sql) => {
  expect(holdsAnswer(sql, answer, [])).toBe(false);
});

test('values that the question names may be answered with', () => {
  const sql = "SELECT CASE WHEN COUNT(*) > 3 THEN 'Rome' ELSE 'Oslo' END FROM Medal";
  expect(holdsAnswer(sql, 'Rome', ['Rome', 'Oslo'])).toBe(false);
  expect(holdsAnswer(sql, 'Rome', ['Oslo'])).toBe(true);
});
