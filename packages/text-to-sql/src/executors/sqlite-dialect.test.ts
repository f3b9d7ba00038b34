import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readCatalogue } from './dialect/catalogue.ts';
import type { Catalogue } from './dialect/scope.ts';
import { registerMysqlFunctions } from './mysql-functions.ts';
import { toSqlite } from './sqlite-dialect.ts';
import { SqlRefusal, tokenizeSql } from './tokenize-sql.ts';

let database: Database.Database;
let catalogue: Catalogue;

beforeAll(() => {
  database = new Database(':memory:');
  database.exec(`
    CREATE TABLE Medal (medal_id INTEGER PRIMARY KEY, year INTEGER, place TEXT COLLATE NOCASE);
    INSERT INTO Medal VALUES (1, 1990, 'Ålborg'), (2, 2010, 'Zürich'), (3, 2010, NULL);
    CREATE TABLE Event (event_id INTEGER PRIMARY KEY, medal_id INTEGER, name TEXT COLLATE NOCASE);
    INSERT INTO Event VALUES (1, 1, '2010 Games'), (2, 2, 'b');
  `);
  registerMysqlFunctions(database);
  catalogue = readCatalogue(database);
});
afterAll(() => database.close());

const translate = (sql: string): string => toSqlite(tokenizeSql(sql), catalogue).replace(/ +/g, ' ').trim();
const rows = (sql: string): unknown[] => database.prepare(translate(sql)).raw().all();
const refusal = (sql: string): string => {
  try {
    translate(sql);
    return 'none';
  } catch (error) {
    return error instanceof SqlRefusal ? error.code : 'crash';
  }
};

test.each([
  "SELECT DISTINCT m.place FROM Medal m JOIN Event e ON e.medal_id = m.medal_id WHERE e.name = 'b' AND m.year > 1990 ORDER BY m.year DESC LIMIT 1",
  "SELECT CASE WHEN COUNT(*) > 0 THEN 'Yes' ELSE 'No' END FROM Medal m WHERE m.place = 'Zürich' AND m.year BETWEEN 1990 AND 2010",
  'SELECT m.place FROM Medal m GROUP BY m.place HAVING COUNT(*) = (SELECT MAX(n) FROM (SELECT COUNT(*) AS n FROM Medal m GROUP BY m.place) c)',
])('what no rule touches stays as it is: %s', (sql) => {
  expect(translate(sql).replaceAll(' ', '')).toBe(sql.replaceAll(' ', ''));
});

describe('rewritten', () => {
  test.each<[string, unknown[]]>([
    ["SELECT COUNT(*) FROM Medal WHERE year = '2010x'", [[2]]],
    ['SELECT name FROM Event WHERE name = 2010', [['2010 Games']]],
    ["SELECT year FROM Medal WHERE place = 'ZÜRICH'", [[2010]]],
    ["SELECT year FROM Medal WHERE place = 'Zurich'", []],
    ['SELECT place FROM Medal WHERE place IS NOT NULL ORDER BY place', [['Ålborg'], ['Zürich']]],
    ['SELECT place, MAX(year) FROM Medal', [['Ålborg', 2010]]],
    [
      'SELECT year DIV 10 AS d, COUNT(*) FROM Medal GROUP BY d ORDER BY d',
      [
        [199, 1],
        [201, 2],
      ],
    ],
    ["SELECT CONCAT('in ', place) LIKE 'in å%', COUNT(*) FROM Medal", [[1, 3]]],
    ['SELECT place LIKE CONCAT(LEFT(place, 1), year) FROM Medal GROUP BY year', [[0], [0]]],
    [
      "SELECT CAST(year AS CHAR), '' + CONCAT(place, 1) IN (0, 'x') FROM Medal GROUP BY year",
      [
        ['1990', 1],
        ['2010', 1],
      ],
    ],
    ['SELECT year FROM Medal HAVING year < 2000', [[1990]]],
    ['SELECT MAX(year) AS year FROM Medal GROUP BY place HAVING year > 2000 ORDER BY 1', [[2010], [2010]]],
    ['SELECT place FROM Medal ORDER BY COUNT(*)', [['Ålborg']]],
    ['SELECT COUNT(DISTINCT year, place) FROM Medal', [[2]]],
    ["SELECT GROUP_CONCAT(DISTINCT year ORDER BY year DESC SEPARATOR '; ') FROM Medal", [['2010; 1990']]],
    ["SELECT GROUP_CONCAT(place, '!') FROM Medal WHERE medal_id = 1", [['Ålborg!']]],
    ["SELECT 'ee' BETWEEN NULL AND 'Saturday', 'é' IN ('É', NULL), '2x' IN (2, NULL)", [[null, 1, 1]]],
    ['SELECT 7 DIV 2, 5.5 % 2, 1 XOR 0, !1 + 1, 3 > 2 > 1, 2 ^ 3', [[3, 1.5, 1, 1, 0, 1]]],
    ["SELECT 'é' = 'É', 'é' = 'e', 'a' = 'a ', '10' < 9, 'ab' LIKE 'A\\_', 'é' LIKE 'É'", [[1, 0, 0, 0, 0, 1]]],
    ["SELECT '2010-01-31' + INTERVAL 1 MONTH, DATEDIFF('2010-03-01', '2010-02-01')", [['2010-02-28', 28]]],
  ])('%s', (sql, expected) => expect(rows(sql)).toEqual(expected));

  test('a scalar subquery of several rows is an error, of one row a value', () => {
    expect(rows('SELECT (SELECT year FROM Medal WHERE medal_id = 2)')).toEqual([[2010]]);
    expect(() => rows('SELECT (SELECT year FROM Medal)')).toThrow(/more than one row/);
  });
});

describe('refused as MariaDB refuses it', () => {
  test.each([
    ['SELECT yeer FROM Medal', 'unknown_name'],
    ['SELECT `yeer` FROM Medal', 'unknown_name'],
    ['SELECT rowid FROM Medal', 'unknown_name'],
    ['SELECT e.year FROM Medal m', 'unknown_name'],
    ['SELECT year AS y FROM Medal WHERE y > 1', 'unknown_name'],
    ['SELECT COUNT(*) FROM Medal GROUP BY place HAVING year > 1', 'unknown_name'],
    ['SELECT 1 FROM Medal m JOIN Event e ON e.medal_id = x.medal_id JOIN Event x ON 1 = 1', 'unknown_name'],
    ['SELECT 1 FROM Medal m, Event e JOIN Event x ON x.medal_id = m.medal_id', 'unknown_name'],
    ['SELECT typeof(1)', 'unknown_name'],
    ['SELECT 1 FROM Medal m JOIN Event m ON 1 = 1', 'other'],
    ['SELECT year FROM Medal WHERE year IN (SELECT year FROM Medal LIMIT 1)', 'other'],
    ['SELECT COUNT(*) FROM (SELECT 1)', 'syntax'],
    ['SELECT year, * FROM Medal', 'syntax'],
    ["SELECT year FROM Medal WHERE place IS 'x'", 'syntax'],
    ['SELECT year FROM Medal LIMIT -1', 'syntax'],
    ['SELECT year AS order FROM Medal', 'syntax'],
    ['SELECT MAX(1, 2)', 'syntax'],
    ['SELECT year FROM Medal WHERE yeer = 1 GROUP', 'syntax'],
    [`SELECT ${'('.repeat(190)}1${')'.repeat(190)}`, 'other'],
  ])('%s: %s', (sql, code) => expect(refusal(sql)).toBe(code));
});

test('no soup of tokens makes the translation fail otherwise than by a refusal', () => {
  const words =
    'SELECT FROM WHERE GROUP BY HAVING ORDER LIMIT JOIN ON LEFT UNION ALL DISTINCT AS IN NOT LIKE BETWEEN AND OR XOR IS NULL CASE WHEN THEN END COUNT MAX CONCAT ' +
    'GROUP_CONCAT SEPARATOR INTERVAL DAY WITH EXISTS Medal Event year place name m e ( ( ) ) , , . * = < + - / % DIV ! 1 2.5 \'a\' "b" `year`';
  const token = fc.constantFrom(...words.split(' '));
  fc.assert(
    fc.property(fc.array(token, { maxLength: 25 }), (tokens) => {
      expect(refusal(`SELECT ${tokens.join(' ')}`)).not.toBe('crash');
    }),
    { numRuns: 3_000 },
  );
});
