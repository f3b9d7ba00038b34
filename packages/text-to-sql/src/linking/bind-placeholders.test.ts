import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toSqlite } from '../executors/sqlite-dialect.ts';
import { tokenizeSql } from '../executors/tokenize-sql.ts';
import { bindPlaceholders } from './bind-placeholders.ts';

/** The statement as the embedded executor hands it to SQLite; null when it is refused before. */
function asSqlite(sql: string): string | null {
  try {
    return toSqlite(tokenizeSql(sql));
  } catch {
    return null;
  }
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    "' OR 1=1 --",
    "'; DROP TABLE t; --",
    "\\' OR 1=1 #",
    '{b}',
    "'''",
    '*/ 1 /*',
    '"',
    '`',
    '\\',
    'a\0b',
  ),
  fc.array(fc.constantFrom("'", '\\', '"', '--', ';', '{a}', '{b}', ' ', 'x')).map((parts) => parts.join('')),
);

describe('bindPlaceholders', () => {
  it('gives back exactly the value, whatever it holds', () => {
    const database = new Database(':memory:');
    fc.assert(
      fc.property(hostile, hostile, (a, b) => {
        const row = database.prepare(asSqlite(bindPlaceholders('SELECT {a} AS a, {b} AS b', { a, b })) ?? '').get();
        expect(row).toEqual({ a: a.replaceAll('\0', ''), b: b.replaceAll('\0', '') });
      }),
    );
  });

  it('leaves placeholders inside quotes and comments alone, so that no value leaves a literal', () => {
    const value = "' OR 1=1 --";
    for (const sql of [
      "SELECT '{a}'",
      'SELECT "{a}"',
      'SELECT `{a}`',
      'SELECT 1 -- {a}',
      'SELECT 1 /* {a} */',
      "SELECT 'it''s {a}'",
      "SELECT '{a}",
    ])
      expect(bindPlaceholders(sql, { a: value })).toBe(sql);
    expect(bindPlaceholders("SELECT '\\' {a}'", { a: value })).toBe("SELECT '\\' {a}'");
  });

  it('keeps the shape of any statement: the value is always one literal of its own', () => {
    const database = new Database(':memory:');
    const template = fc
      .array(fc.constantFrom("'", '"', '--', '/*', '*/', '{a}', ' ', '\\', '`', '[', ']', 'x', '\n', ','))
      .map((parts) => `SELECT 1 ${parts.join('')}`);
    const columns = (sql: string): number | null => {
      try {
        return database.prepare(asSqlite(sql) ?? '').columns().length;
      } catch {
        return null;
      }
    };
    fc.assert(
      fc.property(template, hostile, (sql, a) => {
        expect(columns(bindPlaceholders(sql, { a }))).toBe(columns(bindPlaceholders(sql, { a: 'plain' })));
      }),
      { numRuns: 500 },
    );
  });

  it('escapes backslashes and writes numbers bare', () => {
    expect(bindPlaceholders('{a}', { a: "\\'" })).toBe("'\\\\'''");
    expect(bindPlaceholders('year = {year}', { year: 1999 })).toBe('year = 1999');
    expect(bindPlaceholders('{unknown} {a}', { a: 'x' })).toBe("{unknown} 'x'");
    expect(bindPlaceholders('{a} {b} {c} {d}', { a: 2.5, b: 1e21, c: 1e-9, d: Number.NaN })).toBe('2.5 NULL NULL NULL');
  });
});
