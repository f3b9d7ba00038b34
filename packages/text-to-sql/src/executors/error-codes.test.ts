import { expect, test } from 'vitest';
import { mysqlErrorCode, sqliteErrorCode } from './error-codes.ts';

test.each([
  [1054, 'no such column: x', 'unknown_name'],
  [1146, 'no such table: x', 'unknown_name'],
  [1305, 'no such function: x', 'unknown_name'],
  [1054, '1st ORDER BY term out of range - should be between 1 and 1', 'unknown_name'],
  [1064, 'near "FROM": syntax error', 'syntax'],
  [1064, 'incomplete input', 'syntax'],
  [1052, 'ambiguous column name: x', 'other'],
  [1111, 'misuse of aggregate: COUNT()', 'other'],
  [1242, 'a subquery returns more than one row', 'other'],
  [1222, 'SELECTs to the left and right of UNION do not have the same number of result columns', 'other'],
  [1038, 'out of memory', 'out_of_memory'],
])('%i and "%s" are %s', (errno, message, code) => {
  expect(mysqlErrorCode(errno)).toBe(code);
  expect(sqliteErrorCode('SQLITE_ERROR', message)).toBe(code);
});

test('what is not known is other', () => {
  expect(mysqlErrorCode(undefined)).toBe('other');
  expect(sqliteErrorCode(undefined, '')).toBe('other');
  expect(sqliteErrorCode('SQLITE_TOOBIG', 'string or blob too big')).toBe('out_of_memory');
});
