/** What queries are made of. */
import { expect, test } from 'vitest';
import { queryShape } from './query-shape.ts';

test.each([
  ['SELECT COUNT(*) FROM Medal m JOIN `Format` f ON f.id = m.f', ['medal', 'format'], ['join', 'count']],
  [
    'SELECT a FROM t WHERE b IN (SELECT c FROM u) ORDER BY a LIMIT 1',
    ['t', 'u'],
    ['subquery', 'order by', 'limit', 'in'],
  ],
  ['SELECT 1 UNION SELECT 2', [], ['set operation']],
  ['SELECT DISTINCT x, MAX(y) FROM t GROUP BY x HAVING MAX(y) > 2', ['t'], ['group by', 'having', 'distinct', 'max']],
  ["SELECT 'FROM JOIN CASE' -- COUNT(\n, count FROM t", ['t'], []],
  ["SELECT 'open", [], []],
])('%s', (sql, tables, constructs) => {
  expect(queryShape(sql)).toEqual({ tables, constructs });
});
