import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { registerMysqlFunctions } from '../executors/mysql-functions.ts';
import { toSqlite } from '../executors/sqlite-dialect.ts';
import { type SqlToken, tokenizeSql } from '../executors/tokenize-sql.ts';
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

/** A value of which nothing has to be escaped. */
const mark = 'plain';

/** Queries that mostly run, with placeholders where texts stand. */
const query = (() => {
  const { value } = fc.letrec<{ value: string }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc.constantFrom('{a}', "'s'", '1', 'x', 'y', "'{a}'", "''{a}", '{a}{a}', '--{a}', 'BINARY {a}', '/*{a}*/1'),
      fc
        .tuple(
          tie('value'),
          fc.constantFrom('+', '=', '<', ' LIKE ', ' NOT LIKE ', ' AND ', '||', ' DIV ', '%'),
          tie('value'),
        )
        .map(([left, sign, right]) => `(${left}${sign}${right})`),
      fc.tuple(tie('value'), tie('value')).map(([left, right]) => `(${left} IN (${right}, {a}, 1))`),
      fc.tuple(tie('value'), tie('value')).map(([left, right]) => `CONCAT(${left}, ${right})`),
      tie('value').map((text) => `CAST(${text} AS CHAR)`),
    ),
  }));
  const items = fc.array(fc.tuple(value, fc.constantFrom('', ' z', ' {a}', ' AS {a}')), { minLength: 1, maxLength: 3 });
  const end = fc.constantFrom('', ' GROUP BY y', ' GROUP BY {a}', ' ORDER BY {a}', ' LIMIT 1');
  return fc
    .tuple(items, value, end)
    .map(
      ([list, where, rest]) => `SELECT ${list.map((item) => item.join('')).join(', ')} FROM t WHERE ${where}${rest}`,
    );
})();

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

  describe('keeps the shape of any statement', () => {
    const tokens = (sql: string): SqlToken[] | null => {
      try {
        return tokenizeSql(sql);
      } catch {
        return null;
      }
    };

    it('a value is within one text: all other tokens stay', () => {
      const parts = [
        "'",
        '"',
        '--',
        '/*',
        '*/',
        '{a}',
        '{a}',
        ' ',
        '\\',
        '`',
        '[',
        ']',
        'x',
        '_utf8',
        '1',
        '-',
        '\n',
        ',',
      ];
      const template = fc.array(fc.constantFrom(...parts)).map((chosen) => `SELECT 1 ${chosen.join('')}`);
      fc.assert(
        fc.property(template, hostile, (sql, a) => {
          const value = a.replaceAll('\0', '');
          const bound = tokens(bindPlaceholders(sql, { a }));
          const marked = tokens(bindPlaceholders(sql, { a: mark }));
          const expected = marked?.map((token) =>
            token.kind === 'string' ? { kind: token.kind, value: token.value.replaceAll(mark, () => value) } : token,
          );
          const found = bound?.map((token) =>
            token.kind === 'string' ? { kind: token.kind, value: token.value } : token,
          );
          expect(found).toEqual(expected);
        }),
        { numRuns: 2_000 },
      );
    });

    it('a query gives the columns that it gives with any other value, or fails as it does', () => {
      const database = new Database(':memory:');
      database.exec('CREATE TABLE t (x TEXT COLLATE NOCASE, y INTEGER)');
      registerMysqlFunctions(database);
      const columns = (sql: string): number | null => {
        const translated = asSqlite(sql);
        return translated === null ? null : database.prepare(translated).columns().length;
      };
      fc.assert(
        fc.property(query, hostile, (sql, a) => {
          expect(columns(bindPlaceholders(sql, { a }))).toBe(columns(bindPlaceholders(sql, { a: 'plain' })));
        }),
        {
          numRuns: 1_000,
          examples: [
            // A pattern beyond ASCII is matched otherwise.
            ['SELECT x LIKE {a} FROM t', 'é'],
            ["SELECT CONCAT('a', x) LIKE {a} FROM t GROUP BY y", 'é'],
            ["SELECT (x LIKE 'p') NOT LIKE {a}, {a} COLLATE utf8mb4_bin FROM t WHERE y GROUP BY {a}", '\\'],
          ],
        },
      );
    });
  });

  it('escapes backslashes and writes numbers bare', () => {
    expect(bindPlaceholders('{a}', { a: "\\'" })).toBe("'\\\\'''");
    expect(bindPlaceholders('year = {year}', { year: 1999 })).toBe('year = 1999');
    expect(bindPlaceholders('{unknown} {a}', { a: 'x' })).toBe("{unknown} 'x'");
    expect(bindPlaceholders('{a} {b} {c} {d}', { a: 2.5, b: 1e21, c: 1e-9, d: Number.NaN })).toBe('2.5 NULL NULL NULL');
  });
});
