import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Parser } from 'node-sql-parser';
import { expect, test } from 'vitest';
import { toMysql } from './mysql-dialect.ts';
import { toSqlite } from './sqlite-dialect.ts';
import { guardStatement } from './statement-guard.ts';
import { SqlRefusal, tokenizeSql } from './tokenize-sql.ts';

const { Parser: MariadbParser } = createRequire(import.meta.url)('node-sql-parser/build/mariadb.js') as {
  Parser: new () => Parser;
};
const parser = new MariadbParser();

const piece = fc.constantFrom(
  ...(
    'SELECT,DELETE,UPDATE,INSERT,INTO,DROP,TABLE,WITH,AS,FROM,Medal,Athlete,SET,VALUES,WHERE,UNION,ALL,LIMIT,FOR,year,name,x,1,2.5,*,(,),;,=,||,@,:=,' +
    "'a','it''s','b\\'',\"q\",`n`,#,--,/*,*/,/*!,\\,'," +
    'OUTFILE,SLEEP(1),COUNT(*),REPLACE(name),\n'
  ).split(','),
);
const statement = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));

function guarded(sql: string): string | null {
  try {
    return toMysql(guardStatement(tokenizeSql(sql)));
  } catch (error) {
    expect(error).toBeInstanceOf(SqlRefusal);
    return null;
  }
}

test('what passes is a single SELECT for a full parser of the dialect too', () => {
  let read = 0;
  fc.assert(
    fc.property(
      fc.oneof(
        statement,
        statement.map((rest) => `SELECT 1 ${rest}`),
        statement.map((rest) => `SELECT * FROM Medal ${rest}`),
      ),
      (sql) => {
        const passed = guarded(sql);
        if (passed === null) return;
        let parsed: ReturnType<Parser['astify']>;
        try {
          parsed = parser.astify(passed, { database: 'mariadb' });
        } catch {
          return;
        }
        read += 1;
        const statements = Array.isArray(parsed) ? parsed : [parsed];
        expect(statements.map(({ type }) => type)).toEqual(['select']);
      },
    ),
    { numRuns: 2000, seed: 11 },
  );
  expect(read).toBeGreaterThan(50);
});

test('writing a statement out and reading it again changes nothing', () => {
  fc.assert(
    fc.property(statement, (sql) => {
      const passed = guarded(`SELECT ${sql}`);
      if (passed !== null) expect(guarded(passed)).toBe(passed);
    }),
  );
});

test('any text in quotes stays one string', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }).filter((text) => !text.includes('\0')),
      (text) => {
        const literal = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
        expect(tokenizeSql(`SELECT ${literal}`)[1]).toMatchObject({ kind: 'string', value: text });
        expect(toSqlite(tokenizeSql(`SELECT ${literal}`))).toBe(`SELECT '${text.replaceAll("'", "''")}'`);
      },
    ),
  );
});
