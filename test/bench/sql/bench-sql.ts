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
import { type BareDriver, bareMysql, bareSqlite } from './bare-drivers.ts';
import { grammarStatements, simpleStatements } from './statements.ts';

export interface SqlFigures {
  database: 'sqlite' | 'mariadb';
  statements: 'simple' | 'grammar';
  queriesPerSecond: number;
  bareQueriesPerSecond: number;
  /** Executor over bare driver; above 1, several processes outweigh what they cost. */
  ratio: number;
  /** Statements the executor reported as failed. */
  failed: number;
}

const statementCount = 2000;
const passes = 3;

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
      ['database', 'statements', 'executor', 'bare driver', 'ratio', 'failed'],
      figures.map((row) => [
        row.database,
        row.statements,
        row.queriesPerSecond.toFixed(0),
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
  return measure('sqlite', rows, await openExecutor({ database: 'sqlite', path }), bareSqlite(path));
}

async function measureMariadb(rows: TableRows, folder: string): Promise<SqlFigures[]> {
  const server = await startMariadb({ folder });
  try {
    const schema = await buildMariadb(rows, server.url);
    const executor = await openExecutor({ database: server.url, schema });
    return await measure('mariadb', rows, executor, await bareMysql(server.url, schema, defaultLimits.poolSize));
  } finally {
    await server.stop();
  }
}

async function measure(
  database: SqlFigures['database'],
  rows: TableRows,
  executor: SqlExecutor,
  bare: BareDriver,
): Promise<SqlFigures[]> {
  const kinds = { simple: simpleStatements, grammar: grammarStatements } as const;
  const figures: SqlFigures[] = [];
  try {
    for (const [statements, make] of Object.entries(kinds) as [SqlFigures['statements'], typeof simpleStatements][]) {
      const sqls = make(rows, statementCount);
      const translated = sqls.map(bare.translate);
      // The first pass warms both up.
      const seconds: { executor: number; bare: number }[] = [];
      let failed = 0;
      for (let pass = 0; pass <= passes; pass++) {
        const { value: outcomes, seconds: through } = await timed(() => executor.executeAll(sqls));
        failed = outcomes.filter(({ kind }) => kind === 'error').length;
        seconds.push({ executor: through, bare: (await timed(() => bare.runAll(translated))).seconds });
      }
      const rate = (which: 'executor' | 'bare') => statementCount / median(seconds.slice(1).map((each) => each[which]));
      const queriesPerSecond = rate('executor');
      const bareQueriesPerSecond = rate('bare');
      const ratio = queriesPerSecond / bareQueriesPerSecond;
      figures.push({ database, statements, queriesPerSecond, bareQueriesPerSecond, ratio, failed });
    }
  } finally {
    await bare.close();
    await executor.close();
  }
  return figures;
}
