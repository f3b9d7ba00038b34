/** The contract suite of executors: every implementation runs it on the same rows. */
import { expect, test } from 'vitest';
import { athleteRows } from '../databases/athlete-rows.ts';
import type { Outcome, SqlExecutor } from './contract.ts';

/** Two athletes, and enough medals for cross joins to run away. */
export const suiteRows = athleteRows([
  {
    athlete: "Zoë O'Neil",
    birth: { year: 1990, month: 5, day: 17 },
    tournaments: [
      {
        name: 'World Cup',
        formats: [
          {
            name: 'Singles',
            medals: [
              { type: 'MedalGold', year: 2010, city: 'Kraków' },
              { type: 'MedalSilver', year: 2011, city: 'Krakow' },
            ],
          },
          { name: 'Singles ', medals: [{ type: 'MedalBronze', year: 2012, city: '' }] },
        ],
      },
    ],
  },
  {
    athlete: 'Bo Li',
    tournaments: [
      {
        name: 'Open',
        formats: [
          {
            name: 'Team',
            medals: Array.from({ length: 3000 }, (_, i) => ({
              type: 'MedalGold' as const,
              year: 1900 + (i % 100),
              city: `City ${i}`,
            })),
          },
        ],
      },
    ],
  },
]);

const values = (outcome: Outcome): unknown => (outcome.kind === 'rows' ? outcome.rows : outcome);
const codeOf = (outcome: Outcome): string => (outcome.kind === 'error' ? outcome.code : 'rows');

/** @param executor opened on `suiteRows` with a limit of 300 ms and 200 rows */
export function executorContract(executor: () => SqlExecutor): void {
  const run = (sql: string): Promise<Outcome> => executor().execute(sql);

  test.each<[string, string[]]>([
    ['SELECT a.name, m.year AS y, COUNT(*) FROM Athlete a JOIN Medal m', ['name', 'y', 'COUNT(*)']],
    [
      'SELECT Name, `name`, name AS `The Name`, name called, name "in quotes" FROM Athlete',
      ['Name', 'name', 'The Name', 'called', 'in quotes'],
    ],
    [
      "SELECT 5, 'a', 1+2, CONCAT('x',\"y\"), CAST('7' AS SIGNED)",
      ['5', 'a', '1+2', 'CONCAT(\'x\',"y")', "CAST('7'AS SIGNED)"],
    ],
    ['SELECT (name), ((a.name)), (name) AS n, -athlete_id FROM Athlete a', ['name', 'name', 'n', '-athlete_id']],
    ['SELECT DISTINCT year FROM Medal UNION SELECT 1', ['year']],
    ['WITH c AS (SELECT 1 AS n) SELECT n FROM c', ['n']],
    ['(SELECT 1 AS a) UNION SELECT 2 AS b', ['a']],
    ['SELECT x.* FROM (SELECT 1 AS n, 2 AS m) x', ['n', 'm']],
  ])('%s is headed as it is written, apart from spaces', async (sql, columns) => {
    const outcome = await run(sql);
    const without = (texts: readonly string[]): string[] => texts.map((text) => text.replaceAll(' ', ''));
    expect(outcome.kind === 'rows' ? without(outcome.columns) : outcome).toEqual(without(columns));
  });

  test.each<[string, unknown[][]]>([
    ['SELECT COUNT(*) FROM Medal;', [[3003]]],
    [
      'SELECT year, location FROM Medal WHERE medal_id < 4 ORDER BY year',
      [
        [2010, 'Kraków'],
        [2011, 'Krakow'],
        [2012, null],
      ],
    ],
    ['select NAME from Athlete where name = "zoë o\'neil"', [["Zoë O'Neil"]]],
    ["SELECT name FROM Athlete WHERE name = 'Zo\u00eb O\\'Neil'", [["Zoë O'Neil"]]],
    ["SELECT COUNT(*) FROM Format WHERE name = 'SINGLES'", [[1]]],
    ["SELECT COUNT(*) FROM Format WHERE name = 'singles '", [[1]]],
    ["SELECT COUNT(*) FROM Medal WHERE location = 'krakow'", [[1]]],
    ['SELECT athlete_id, athlete_id FROM Athlete WHERE athlete_id = 2', [[2, 2]]],
    ['SELECT CONCAT(\'a\', 1, "b"), 3 / 2, 7 MOD 4, 1 || 0, NOT 0 && 1', [['a1b', 1.5, 3, 1, 1]]],
    [
      "SELECT GROUP_CONCAT(year ORDER BY year DESC SEPARATOR ', ') FROM Medal WHERE medal_id < 4",
      [['2012, 2011, 2010']],
    ],
    ["SELECT SUM(type = 'medalgold'), IF(1 > 2, 'Yes', 'No') FROM Medal WHERE medal_id < 4", [[1, 'No']]],
    ['SELECT year FROM Medal WHERE medal_id < 4 GROUP BY format_id ORDER BY format_id LIMIT 1, 1', [[2012]]],
    ['WITH best AS (SELECT MAX(year) AS y FROM Medal) SELECT y - 10 FROM best', [[2002]]],
    ["SELECT LEFT('Kraków', 4), GREATEST(1, 3, 2), CHAR_LENGTH('né'), YEAR('2001-02-03')", [['Krak', 3, 2, 2001]]],
    ['SELECT MAX(year) FROM Medal WHERE year > 3000', [[null]]],
    ['SELECT 1 FROM Medal WHERE year > 3000', []],
    ['(SELECT 1) UNION ALL (SELECT 2)', [[1], [2]]],
    [
      '(SELECT year FROM Medal WHERE medal_id < 4 ORDER BY year DESC LIMIT 1) UNION ALL (SELECT year FROM Medal WHERE medal_id < 4 ORDER BY year LIMIT 1)',
      [[2012], [2010]],
    ],
    ['SELECT 1 /* a comment; */ -- another\n', [[1]]],
    ["SELECT 'a;b', 'DELETE -- x', '@', 'it''s'", [['a;b', 'DELETE -- x', '@', "it's"]]],
  ])('%s', async (sql, rows) => expect(values(await run(sql))).toEqual(rows));

  test.each<[string, string]>([
    ['', 'syntax'],
    ['SELEC 1', 'syntax'],
    ['SELECT FROM', 'syntax'],
    ["SELECT 'open", 'syntax'],
    ['SELECT (1', 'syntax'],
    ['SELECT absent FROM Medal', 'unknown_name'],
    ['SELECT * FROM absent', 'unknown_name'],
    ['SELECT absent(1)', 'unknown_name'],
    ['DELETE FROM Medal', 'not_select'],
    ['INSERT INTO Athlete VALUES (9, 1)', 'not_select'],
    ['SELECT 1; SELECT 2', 'not_select'],
    ['SELECT 1; DROP TABLE Medal', 'not_select'],
    ['PRAGMA query_only = 0', 'not_select'],
    ["ATTACH DATABASE '/tmp/x' AS x", 'not_select'],
    ['SET max_statement_time = 0', 'not_select'],
    ['SET STATEMENT max_statement_time = 0 FOR SELECT 1', 'not_select'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'", 'not_select'],
    ['SELECT @a := 1', 'not_select'],
    ['SELECT SLEEP(9)', 'not_select'],
    ['SELECT BENCHMARK(1000000000, MD5(1))', 'not_select'],
    ["SELECT GET_LOCK('a', 1)", 'not_select'],
    ["SELECT LOAD_FILE('/etc/passwd')", 'not_select'],
    ['SELECT * FROM Medal FOR UPDATE', 'not_select'],
    ['SELECT /*! 1 */', 'not_select'],
    ['WITH a AS (SELECT 1) DELETE FROM Medal', 'not_select'],
    ['SELECT COUNT(*) FROM Medal a, Medal b, Medal c WHERE a.year + b.year + c.year > 1', 'timeout'],
    ['WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT COUNT(*) FROM t', 'timeout'],
  ])('%s is refused: %s', async (sql, code) => expect(codeOf(await run(sql))).toBe(code));

  test('results are cut at the row cap, also when a LIMIT asks for more', async () => {
    for (const sql of [
      'SELECT year FROM Medal',
      'SELECT year FROM Medal LIMIT 2500',
      'SELECT a.year FROM Medal a, Medal b, Medal c LIMIT 100000000',
    ]) {
      const outcome = await run(sql);
      expect(outcome).toMatchObject({ kind: 'rows', truncated: true });
      expect(outcome.kind === 'rows' && outcome.rows.length).toBe(200);
    }
    expect(await run('SELECT year FROM Medal LIMIT 200')).toMatchObject({ truncated: false });
  });

  test('a batch keeps its order, and a runaway in it takes no other statement down', async () => {
    const runaway = 'SELECT COUNT(*) FROM Medal a, Medal b, Medal c WHERE a.year + b.year + c.year > 2';
    const sqls = Array.from({ length: 150 }, (_, i) => (i === 70 ? runaway : `SELECT ${i % 40}`));
    const outcomes = await executor().executeAll(sqls);
    expect(outcomes.map((outcome) => (outcome.kind === 'rows' ? outcome.rows[0]?.[0] : outcome.code))).toEqual(
      sqls.map((_, i) => (i === 70 ? 'timeout' : i % 40)),
    );
  });

  test('calls may overlap, and equal statements give equal outcomes', async () => {
    const sql = 'SELECT location FROM Medal WHERE year = 1950';
    const [first, ...others] = await Promise.all(Array.from({ length: 20 }, () => run(sql)));
    for (const other of others) expect(other).toEqual(first);
  });
}
