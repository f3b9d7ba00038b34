/** The executors' part of the bench: queries a second through the executor and through the bare driver, turn by turn. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  buildMariadb,
  buildSqlite,
  defaultLimits,
  generateWorld,
  openExecutor,
  type SqlExecutor,
  type TableRows,
} from '@queryloop/text-to-sql';
import { findMariadb } from '../../../infra/mariadb/install.ts';
import { startMariadb } from '../../../infra/mariadb/launch.ts';
import { median, printTable, timed } from '../measure.ts';
import { type BareDriver, bareMysql, bareSqlite, bareSqlitePool } from './bare-drivers.ts';
import { grammarStatements, simpleStatements } from './statements.ts';

export interface SqlFigures {
  database: 'sqlite' | 'mariadb';
  statements: 'simple' | 'grammar';
  /** What the bare driver runs in. */
  against: string;
  queriesPerSecond: number;
  bareQueriesPerSecond: number;
  /** Executor over bare driver, the median of those of the passes; above 1, the executor's processes outweigh what they cost. */
  ratio: number;
  /** Statements the executor reported as failed. */
  failed: number;
}

const statementCount = 2000;
/** Passes to warm up: the code of a run's executors is hot, and that of children takes some thousand statements. */
const warmUp = 10;
const passes = 15;

/** Measures SQLite, and MariaDB where its server is installed; prints a table. */
export async function benchSql(): Promise<SqlFigures[]> {
  const { rows } = generateWorld({ seed: 1 });
  // One folder each: the server's, which it runs in as a user of its own, must be reachable for that user.
  const newFolder = (name: string): string => mkdtempSync(join(tmpdir(), `queryloop-bench-${name}-`));
  const [folder, serverFolder] = [newFolder('sqlite'), newFolder('mariadb')];
  try {
    const figures = await measureSqlite(rows, join(folder, 'data.sqlite'));
    if (findMariadb()) figures.push(...(await measureMariadb(rows, serverFolder)));
    else console.log('MariaDB is not installed: its executor is left out');
    printTable(
      `sql: queries a second, pool of ${defaultLimits.poolSize}`,
      ['database', 'statements', 'executor', 'bare driver in', 'queries', 'ratio', 'failed'],
      figures.map((row) => [
        row.database,
        row.statements,
        row.queriesPerSecond.toFixed(0),
        row.against,
        row.bareQueriesPerSecond.toFixed(0),
        row.ratio.toFixed(2),
        String(row.failed),
      ]),
    );
    return figures;
  } finally {
    for (const each of [folder, serverFolder]) rmSync(each, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measureSqlite(rows: TableRows, path: string): Promise<SqlFigures[]> {
  buildSqlite(rows, path);
  const { poolSize } = defaultLimits;
  return measure('sqlite', rows, await openExecutor({ database: 'sqlite', path }), {
    'one process': bareSqlite(path),
    [`${poolSize} processes`]: await bareSqlitePool(path, poolSize),
  });
}

async function measureMariadb(rows: TableRows, folder: string): Promise<SqlFigures[]> {
  const server = await startMariadb({ folder });
  try {
    const schema = await buildMariadb(rows, server.url);
    const executor = await openExecutor({ database: server.url, schema });
    const { poolSize } = defaultLimits;
    return await measure('mariadb', rows, executor, {
      [`${poolSize} connections`]: await bareMysql(server.url, schema, poolSize),
    });
  } finally {
    await server.stop();
  }
}

async function measure(
  database: SqlFigures['database'],
  rows: TableRows,
  executor: SqlExecutor,
  bare: Record<string, BareDriver>,
): Promise<SqlFigures[]> {
  const kinds = { simple: simpleStatements, grammar: grammarStatements } as const;
  const figures: SqlFigures[] = [];
  try {
    for (const [statements, make] of Object.entries(kinds) as [SqlFigures['statements'], typeof simpleStatements][]) {
      const sqls = make(rows, statementCount);
      const seconds: Record<string, number>[] = [];
      let failed = 0;
      for (let pass = 0; pass < warmUp + passes; pass++) {
        const { value: outcomes, seconds: through } = await timed(() => executor.executeAll(sqls));
        failed = outcomes.filter(({ kind }) => kind === 'error').length;
        const each: Record<string, number> = { executor: through };
        for (const [name, driver] of Object.entries(bare)) {
          const translated = sqls.map(driver.translate);
          each[name] = (await timed(() => driver.runAll(translated))).seconds;
        }
        seconds.push(each);
      }
      const measured = seconds.slice(warmUp);
      const medianOf = (value: (each: Record<string, number>) => number | undefined): number =>
        median(measured.map((each) => value(each) ?? Number.NaN));
      const rate = (name: string): number => statementCount / medianOf((each) => each[name]);
      const queriesPerSecond = rate('executor');
      for (const against of Object.keys(bare)) {
        const bareQueriesPerSecond = rate(against);
        // Of each pass by itself: what else the machine does meets both.
        const ratio = medianOf(
          ({ [against]: bareSeconds = Number.NaN, executor = Number.NaN }) => bareSeconds / executor,
        );
        figures.push({ database, statements, against, queriesPerSecond, bareQueriesPerSecond, ratio, failed });
      }
    }
  } finally {
    for (const driver of Object.values(bare)) await driver.close();
    await executor.close();
  }
  return figures;
}
