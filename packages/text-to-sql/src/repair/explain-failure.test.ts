import { failureClasses } from '@queryloop/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { athletesSchema } from '../databases/schema.ts';
import { failureExplainer } from './explain-failure.ts';

const explain = failureExplainer(athletesSchema);

test.each([
  ['SELECT yeer FROM Medal', 'unknown_name', 'unknown column: yeer'],
  ['SELECT x.year FROM Medal m', 'unknown_name', 'unknown column: x.year'],
  ['SELECT year FROM Medals', 'unknown_name', 'unknown table: Medals'],
  ['SELECT absent(1)', 'unknown_name', 'unknown function: absent'],
  ['SELECT COUNT(* FROM Medal', 'syntax', 'syntax error: brackets do not match'],
  ['SELECT year FROM Medal WHERE', 'syntax', 'syntax error: it does not belong there at the end'],
  ['SELECT year\nFROM  Medal FROM\nMedal', 'syntax', 'syntax error: it does not belong there near "FROM Medal"'],
  ['DELETE FROM Medal', 'not_select', 'not allowed: DELETE is not a SELECT'],
  ['', 'syntax', 'syntax error: no query was written'],
  ['SELECT 1', 'timeout', 'timeout: the query took too long'],
  ['SELECT 1', 'out_of_memory', 'out of memory: the query needs too much'],
  // what the checks do not see, the engine does
  ['SELECT (SELECT year FROM Medal)', 'other', 'error: the query cannot be run'],
  ['SELECT 1', 'unknown_name', 'unknown name: a table, column or function is not there'],
] as const)('%s', (sql, code, expected) => {
  expect(explain(sql, code)).toBe(expected);
});

test('placeholders are no mistake, and show no value', () => {
  const sql = 'SELECT yeer FROM Medal JOIN Athlete a WHERE a.name = {athlete}';
  expect(explain(sql, 'unknown_name')).toBe('unknown column: yeer');
  expect(explain('SELECT 1 FROM Medal {athlete} {year}', 'syntax')).toContain('{athlete}');
});

test('whatever is written, one line of 200 characters at most comes of it, the same each time', () => {
  const word = fc.constantFrom('SELECT', 'year', 'FROM', 'Medal', '(', ')', '{athlete}', "'", '\n', 'a'.repeat(300));
  const sql = fc.oneof(
    fc.array(word, { maxLength: 12 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(sql, fc.constantFrom(...failureClasses), (query, code) => {
      const said = explain(query, code);
      expect(said.length).toBeLessThanOrEqual(200);
      expect(said).not.toContain('\n');
      expect(explain(query, code)).toBe(said);
    }),
  );
});
